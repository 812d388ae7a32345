// SPDX-License-Identifier: Apache-2.0
// What somebody typed: words to find, in one or two readings ("ac/dc" as one word or as two). The last word may still be growing.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace segue::search {

inline constexpr std::size_t kMaxQueryBytes = 256;
inline constexpr std::size_t kMaxQueryWords = 16;

struct QueryWord {
  std::string text;        // folded
  std::u32string letters;  // the same in code points
  bool is_prefix = false;
  bool is_pair = false;  // two letters of a script without spaces: never mistyped
};

struct Query {
  std::vector<std::vector<QueryWord>> readings;  // one or two; empty: nothing to find
  std::uint64_t name_key = 0;
};

// Never fails; what is longer than the limits is cut.
[[nodiscard]] Query parse_query(std::string_view typed);

}  // namespace segue::search
