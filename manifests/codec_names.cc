// SPDX-License-Identifier: Apache-2.0
#include "manifests/codec_names.h"

namespace segue::manifests {
namespace {

struct Quirk {
  std::string_view found, hls, dash;
};
constexpr Quirk kQuirks[] = {
    // MP4RA's four-character codes. Safari 17 takes only `fLaC` (WebKit PR 16956); where MSE wants `flac` the player maps it
    // (shaka-player#5453, hls.js#4772). A lower-case `opus` made Safari refuse a whole playlist (mediabunny#407).
    {"flac", "fLaC", "fLaC"},
    {"FLAC", "fLaC", "fLaC"},
    {"fLaC", "fLaC", "fLaC"},
    {"opus", "Opus", "Opus"},
    {"Opus", "Opus", "Opus"},
    // Old Apple TVs refuse a variant whose CODECS has it (shaka-packager#402); it is optional in HLS. DASH's text has an adaptation set of
    // its own.
    {"wvtt", "", "wvtt"},
};

}  // namespace

std::string_view spelled(std::string_view rfc6381, Manifest manifest) noexcept {
  for (const Quirk& quirk : kQuirks) {
    if (rfc6381 == quirk.found) return manifest == Manifest::hls ? quirk.hls : quirk.dash;
  }
  return rfc6381;
}

}  // namespace segue::manifests
