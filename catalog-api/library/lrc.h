// SPDX-License-Identifier: Apache-2.0
// Lyrics with times: "[01:23.45]line", several times before one line, "[offset:±ms]"; in a line "<01:23.45>" before each word (enhanced
// LRC). Text without times is lines only. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace segue::library {

struct LyricCue {  // a word that begins at its own time: bytes [begin, end) of the line
  std::int64_t start_ms = 0;
  std::size_t begin = 0, end = 0;
  friend bool operator==(const LyricCue&, const LyricCue&) = default;
};

struct LyricLine {
  std::int64_t start_ms = -1;  // -1: not timed
  std::string text;
  std::vector<LyricCue> cues;          // in order of both; none: the line's time is all that is known
  std::optional<std::int64_t> end_ms;  // of the last cue, where the line says it
  friend bool operator==(const LyricLine&, const LyricLine&) = default;
};

struct Lyrics {
  bool is_synced = false;
  std::vector<LyricLine> lines;  // by time when synced
};

inline constexpr std::size_t kMaxLyricLines = 20'000;
inline constexpr std::size_t kMaxLyricCues = 1000;  // of a line

[[nodiscard]] Lyrics parse_lyrics(std::string_view text);

}  // namespace segue::library
