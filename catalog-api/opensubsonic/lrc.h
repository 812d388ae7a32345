// SPDX-License-Identifier: Apache-2.0
// Lyrics with times: "[01:23.45]line", several times before one line, "[offset:±ms]". Text without times is lines only. Pure.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace segue::opensubsonic {

struct LyricLine {
  std::int64_t start_ms = -1;  // -1: not timed
  std::string text;
  friend bool operator==(const LyricLine&, const LyricLine&) = default;
};

struct Lyrics {
  bool is_synced = false;
  std::vector<LyricLine> lines;  // by time when synced
};

inline constexpr std::size_t kMaxLyricLines = 20'000;

[[nodiscard]] Lyrics parse_lyrics(std::string_view text);

}  // namespace segue::opensubsonic
