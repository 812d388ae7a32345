// SPDX-License-Identifier: Apache-2.0
#include "manifests/codec_names.h"

#include "tests/catch.h"

using segue::manifests::Manifest;
using segue::manifests::spelled;

TEST_CASE("codec strings are spelled as clients take them, the rest is left alone") {
  struct Row {
    const char *codec, *hls, *dash;
  };
  const Row table[] = {
      {"flac", "fLaC", "fLaC"},
      {"FLAC", "fLaC", "fLaC"},
      {"fLaC", "fLaC", "fLaC"},
      {"opus", "Opus", "Opus"},
      {"Opus", "Opus", "Opus"},
      {"wvtt", "", "wvtt"},
      {"mp4a.40.2", "mp4a.40.2", "mp4a.40.2"},
      {"ec-3", "ec-3", "ec-3"},
      {"alac", "alac", "alac"},
      {"avc1.64001F", "avc1.64001F", "avc1.64001F"},
      {"hvc1.1.6.L93.B0", "hvc1.1.6.L93.B0", "hvc1.1.6.L93.B0"},
      {"av01.0.04M.08", "av01.0.04M.08", "av01.0.04M.08"},
      {"stpp.ttml.im1t", "stpp.ttml.im1t", "stpp.ttml.im1t"},
  };
  for (const Row& row : table) {
    INFO(row.codec);
    CHECK(spelled(row.codec, Manifest::hls) == row.hls);
    CHECK(spelled(row.codec, Manifest::dash) == row.dash);
  }
}
