// SPDX-License-Identifier: Apache-2.0
// How progress reads: pure text from figures, so that every line can be tested without a terminal.
#pragma once

#include <cstddef>
#include <string>

namespace segue::cli {

// Work is measured in seconds of programme; the same unit makes the speed ("21× as fast as it plays").
struct Work {
  double done = 0, total = 0;  // total 0: not known
  double elapsed = 0;          // seconds on the wall since it began
};

// Seconds still to go at the speed so far; negative: cannot be said yet.
[[nodiscard]] double seconds_left(const Work& work);

// "song.flac            ████████░░░░░░░░  52 %  21.3×  0:04 left", exactly within `columns`.
[[nodiscard]] std::string bar_line(const std::string& name, const Work& work, std::size_t columns);

// For a log or a pipe: "12 of 41 done, 34 %, 21.3× as fast as it plays, 3:20 left".
[[nodiscard]] std::string plain_line(std::size_t done, std::size_t count, const Work& work);

}  // namespace segue::cli
