// SPDX-License-Identifier: Apache-2.0
// The ladders that come with Segue, as the text that a user would write.
#include <array>
#include <utility>

#include "transcoder/ladder.h"

namespace segue::transcoder {
namespace {

using Preset = std::pair<std::string_view, std::string_view>;

constexpr std::array<Preset, 3> kPresets = {{
    {"music",
     "ladder music\n"
     "aac 64k 128k 256k\n"
     "opus 48k 96k 160k\n"
     "flac\n"},
    {"podcast",
     "ladder podcast\n"
     "aac 48k 96k\n"
     "opus 32k 64k\n"},
    // Capped CRF: quality where a picture is easy, the cap where it is not; caps as in Apple's authoring table for H.264.
    {"video",
     "ladder video\n"
     "aac 64k 128k 256k\n"
     "opus 48k 96k 160k\n"
     "h264 240p crf 24 max 400k\n"
     "h264 360p crf 23 max 900k\n"
     "h264 480p crf 23 max 1800k\n"
     "h264 720p crf 22 max 4000k\n"
     "h264 1080p crf 22 max 7500k\n"
     "h264 2160p crf 22 max 20000k\n"},
}};

}  // namespace

Result<Ladder> preset_ladder(std::string_view name) {
  for (const auto& [preset, text] : kPresets) {
    if (preset == name) return parse_ladder(text, name);
  }
  return Error{"ladder \"" + std::string(name.substr(0, 80)) + "\": expected music, podcast or video"};
}

}  // namespace segue::transcoder
