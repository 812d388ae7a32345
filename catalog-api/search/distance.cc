// SPDX-License-Identifier: Apache-2.0
#include "catalog-api/search/distance.h"

#include <algorithm>
#include <array>
#include <utility>

namespace segue::search {

unsigned distance(std::u32string_view a, std::u32string_view b, unsigned limit) noexcept {
  constexpr std::size_t kLongest = 64;
  const std::size_t gap = a.size() > b.size() ? a.size() - b.size() : b.size() - a.size();
  if (gap > limit || a.size() > kLongest || b.size() > kLongest) return limit + 1;
  std::array<unsigned, kLongest + 1> before{}, above{}, row{};  // rows i - 2, i - 1, i
  for (unsigned j = 0; j <= b.size(); ++j) above[j] = j;
  for (unsigned i = 1; i <= a.size(); ++i) {
    row[0] = i;
    unsigned smallest = i;
    for (unsigned j = 1; j <= b.size(); ++j) {
      row[j] = std::min({above[j] + 1, row[j - 1] + 1, above[j - 1] + (a[i - 1] == b[j - 1] ? 0u : 1u)});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) row[j] = std::min(row[j], before[j - 2] + 1);
      smallest = std::min(smallest, row[j]);
    }
    if (smallest > limit) return limit + 1;  // a swap looks two rows back, but its cell there is no smaller than this row's smallest - 1
    std::swap(before, above);
    std::swap(above, row);
  }
  return std::min(above[b.size()], limit + 1);
}

}  // namespace segue::search
