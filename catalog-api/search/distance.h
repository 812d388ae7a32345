// SPDX-License-Identifier: Apache-2.0
// How many typos lie between two words: insertions, deletions, substitutions, and swaps of neighbours (optimal string alignment).
#pragma once

#include <array>
#include <cstdint>
#include <string_view>
#include <vector>

namespace segue::search {

// At most `limit` + 1, which means "more than limit". Words of at most 64 code points; longer ones are "more".
[[nodiscard]] unsigned distance(std::u32string_view a, std::u32string_view b, unsigned limit) noexcept;

// The same from one word to many, all cells of a column in one machine word (Hyyrö 2003): a dozen operations a letter.
class DistanceFrom {
 public:
  explicit DistanceFrom(std::u32string_view word);
  // To `term`, valid UTF-8. As distance().
  [[nodiscard]] unsigned to(std::string_view term, unsigned limit) const noexcept;

 private:
  [[nodiscard]] std::uint64_t places_of(char32_t letter) const noexcept;
  std::size_t size_;
  std::array<std::uint64_t, 128> ascii_{};  // of each letter, the places where the word has it
  std::vector<std::pair<char32_t, std::uint64_t>> others_;
};

}  // namespace segue::search
