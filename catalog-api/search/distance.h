// SPDX-License-Identifier: Apache-2.0
// How many typos lie between two words: insertions, deletions, substitutions, and swaps of neighbours (optimal string alignment).
#pragma once

#include <string_view>

namespace segue::search {

// At most `limit` + 1, which means "more than limit". Words of at most 64 code points; longer ones are "more".
[[nodiscard]] unsigned distance(std::u32string_view a, std::u32string_view b, unsigned limit) noexcept;

}  // namespace segue::search
