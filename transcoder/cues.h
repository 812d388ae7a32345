// SPDX-License-Identifier: Apache-2.0
// Subtitle cues -> WebVTT samples in MP4 (ISO/IEC 14496-30): samples follow one another without a gap, each holds the cues that are
// shown during all of it (vttc boxes) or none (vtte). A cue that crosses a segment's start on the grid is told again there, so that every
// segment stands alone.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "media/grid.h"

namespace segue::transcoder {

struct Cue {
  media::Ticks start_ms = 0, end_ms = 0;
  std::string text;  // WebVTT cue payload
};

struct TextSample {
  media::Ticks start_ms = 0;
  std::uint32_t duration_ms = 0;
  std::vector<std::uint8_t> data;
};

// Samples of [0, total_ms). Cues may overlap and come in any order; what lies outside is cut.
[[nodiscard]] std::vector<TextSample> text_samples(std::vector<Cue> cues, media::Grid grid, media::Ticks total_ms);

// What a pair of braces without a backslash is: in ASS a comment that nobody sees, in formats without such comments text.
enum class Braces { text, comment };

// The text field of an ASS event, as libavcodec makes it of every text format -> WebVTT: italics, bold and underline stay, other styling
// goes, and so do drawings.
[[nodiscard]] std::string webvtt_of_ass(std::string_view event_text, Braces braces);

}  // namespace segue::transcoder
