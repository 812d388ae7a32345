// SPDX-License-Identifier: Apache-2.0
#include "media/codec.h"

#include "media/aac_config.h"
#include "media/track.h"
#include "tests/catch.h"
#include "tests/hex.h"

using namespace segue;
using namespace segue::media;

TEST_CASE("codec strings come from configuration bytes") {
  struct Row {
    Codec codec;
    const char* config;
    const char* expected;  // a string, or the error
  };
  const Row rows[] = {
      {Codec::aac, "1210", "mp4a.40.2"},
      {Codec::aac, "2b92 0800", "mp4a.40.5"},           // explicit SBR
      {Codec::aac, "eb09 8800", "mp4a.40.29"},          // explicit PS
      {Codec::aac, "1390 56e5 a0", "mp4a.40.5"},        // backward-compatible SBR
      {Codec::aac, "1388 56e5 a548 80", "mp4a.40.29"},  // and PS
      {Codec::aac, "f948 4000", "mp4a.40.42"},          // xHE-AAC: escape, 32 + 10
      {Codec::aac, "12", "aac configuration: 1 bytes, expected at least 2"},
      {Codec::aac, "f9", "aac configuration: 1 bytes, expected at least 2"},
      {Codec::aac, "1790 00", "aac configuration: 3 bytes end inside its fields"},  // rate escape without its 24 bits
      {Codec::aac, "1690", "aac configuration: reserved sampling frequency index"},
      {Codec::opus, "00 02 0138 0000bb80 0000 00", "Opus"},
      {Codec::opus, "00 02", "opus configuration: 2 bytes, expected at least 11"},
      {Codec::flac, "80000022 10001000 00000000 00000ac4 42f00000 00000000 00000000 00000000 00000000 0000", "fLaC"},
      {Codec::flac, "84000022 10001000 00000000 00000ac4 42f00000 00000000 00000000 00000000 00000000 0000",
       "flac configuration: first block is of type 4, expected STREAMINFO (0)"},
      {Codec::alac, "00001000 00100a0e 280200ff 00000000 00000000 0000ac44", "alac"},
      {Codec::ac3, "103d40", "ac-3"},
      {Codec::eac3, "0c00 20 0f 00", "ec-3"},
      {Codec::h264, "01 64001f ffe100", "avc1.64001f"},
      {Codec::h264, "01 42c00d ffe100", "avc1.42c00d"},
      {Codec::h264, "00 42c00d ffe100", "h264 configuration: version 0, expected 1"},
      {Codec::hevc, "01 01 60000000 900000000000 5d f000 fc fd f8 f8 0000 0f 00", "hvc1.1.6.L93.90"},
      {Codec::hevc, "01 22 20000000 b00000000000 99 f000 fc fd fa fa 0000 0f 00", "hvc1.2.4.H153.B0"},
      {Codec::hevc, "01 41 60000000 000000000000 5d f000 fc fd f8 f8 0000 0f 00", "hvc1.A1.6.L93"},
      {Codec::hevc, "01 01 60000000 900000000001 5d f000 fc fd f8 f8 0000 0f 00", "hvc1.1.6.L93.90.0.0.0.0.1"},
      {Codec::av1, "81 08 0c 00", "av01.0.08M.08"},
      {Codec::av1, "81 0d 4c 00", "av01.0.13M.10"},
      {Codec::av1, "81 4d ec 00", "av01.2.13H.12"},
      {Codec::av1, "01 08 0c 00", "av1 configuration: first byte 0x01, expected 0x81"},
      {Codec::vp9, "01000000 00 1f 82 02 02 02 0000", "vp09.00.31.08.01.02.02.02.00"},
      {Codec::webvtt, "'WEBVTT'", "wvtt"},
  };
  for (const Row& row : rows) {
    INFO(name_of(row.codec) << " " << row.config);
    const auto found = codec_string(row.codec, hex(row.config));
    CHECK((found ? *found : found.error().message) == row.expected);
  }
}

TEST_CASE("AV1 names its colour where that is not BT.709") {
  struct Row {
    const char* config;
    std::uint8_t primaries, transfer, matrix;
    bool full_range;
    const char* expected;
  };
  const Row rows[] = {
      {"81 0d 4c 00", 1, 1, 1, false, "av01.0.13M.10"},
      {"81 0d 4c 00", 2, 2, 2, false, "av01.0.13M.10"},
      {"81 0d 4c 00", 9, 16, 9, false, "av01.0.13M.10.0.110.09.16.09.0"},
      {"81 0d 4e 00", 9, 18, 9, false, "av01.0.13M.10.0.112.09.18.09.0"},
      {"81 08 0c 00", 1, 1, 1, true, "av01.0.08M.08.0.110.01.01.01.1"},
  };
  for (const Row& row : rows) {
    VideoFormat video;
    video.colour_primaries = row.primaries;
    video.transfer = row.transfer;
    video.matrix = row.matrix;
    video.full_range = row.full_range;
    CHECK(*codec_string(Codec::av1, hex(row.config), &video) == row.expected);
  }
}

TEST_CASE("a codec is found again by its name") {
  for (int i = 0; i <= static_cast<int>(Codec::webvtt); ++i) CHECK(*codec_named(name_of(static_cast<Codec>(i))) == static_cast<Codec>(i));
  CHECK_FALSE(codec_named("mp3"));
  CHECK(kind_of(Codec::flac) == TrackKind::audio);
  CHECK(kind_of(Codec::av1) == TrackKind::video);
  CHECK(kind_of(Codec::webvtt) == TrackKind::text);
}

TEST_CASE("SBR and PS are signalled explicitly in CMAF") {
  struct Row {
    const char* config;
    const char* expected;
    std::uint32_t rate, frame_ticks;
    unsigned channels;
  };
  const Row rows[] = {
      {"1210", "1210", 44100, 1024, 2},
      {"1390 56e5 a0", "2b920800", 44100, 2048, 2},       // 22050 and 44100 Hz, stereo
      {"1388 56e5 a548 80", "eb8a0800", 44100, 2048, 2},  // mono core, stereo by PS
      {"2b920800", "2b920800", 44100, 2048, 2},
  };
  for (const Row& row : rows) {
    INFO(row.config);
    const auto made = explicit_aac_config(hex(row.config));
    REQUIRE(made);
    CHECK(as_hex(*made) == row.expected);
    const auto config = parse_aac_config(*made);
    REQUIRE(config);
    CHECK(config->rate == row.rate);
    CHECK(config->frame_ticks() == row.frame_ticks);
    CHECK(config->channels() == row.channels);
    CHECK(*codec_string(Codec::aac, *made) == *codec_string(Codec::aac, hex(row.config)));
  }
}
