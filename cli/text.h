// SPDX-License-Identifier: Apache-2.0
// Text as a terminal shows it: columns, wrapping, names that come from outside. Pure.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace segue::cli {

// A name from outside on one line: control characters as \n, \t, \x1b; bytes that are not UTF-8 as \xff. Nothing that a terminal obeys.
[[nodiscard]] std::string printable(std::string_view text);

// Columns that valid UTF-8 takes: wide characters and emoji two, joiners and combining marks none.
[[nodiscard]] std::size_t columns_of(std::string_view text);

// Cut in the middle with an ellipsis to at most `columns` (>= 1); the end of a path says more than its middle.
[[nodiscard]] std::string fit(std::string_view text, std::size_t columns);

// Words on lines of at most `columns`; a longer word has a line of its own. A line break in the text stays.
[[nodiscard]] std::vector<std::string> wrap(std::string_view text, std::size_t columns);

// "0:07", "3:20", "1:02:03".
[[nodiscard]] std::string clock_text(double seconds);
// "812 B", "3.4 MB" (powers of ten).
[[nodiscard]] std::string size_text(unsigned long long bytes);

// The candidate that was probably meant: at most two edits away (one for words of up to three letters); empty: none.
[[nodiscard]] std::string nearest(std::string_view word, const std::vector<std::string>& candidates);

}  // namespace segue::cli
