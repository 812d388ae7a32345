// SPDX-License-Identifier: Apache-2.0
#include "catalog-api/search/distance.h"

#include <algorithm>
#include <array>
#include <utility>

#include "catalog-api/search/fold.h"

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

DistanceFrom::DistanceFrom(std::u32string_view word) : size_(word.size()) {
  for (std::size_t i = 0; i < std::min<std::size_t>(word.size(), 64); ++i) {
    const std::uint64_t place = std::uint64_t{1} << i;
    if (word[i] < ascii_.size()) {
      ascii_[word[i]] |= place;
      continue;
    }
    const auto known = std::find_if(others_.begin(), others_.end(), [&](const auto& other) { return other.first == word[i]; });
    if (known != others_.end()) {
      known->second |= place;
    } else {
      others_.emplace_back(word[i], place);
    }
  }
}

std::uint64_t DistanceFrom::places_of(char32_t letter) const noexcept {
  if (letter < ascii_.size()) return ascii_[letter];
  for (const auto& [other, places] : others_)
    if (other == letter) return places;
  return 0;
}

unsigned DistanceFrom::to(std::string_view term, unsigned limit) const noexcept {
  constexpr std::size_t kLongest = 64;
  if (size_ > kLongest || term.size() + limit < size_) return limit + 1;
  if (size_ == 0) return distance({}, to_code_points(term), limit);
  // Differences between neighbours of a column: up, down, and along the diagonal; the last row's are added up.
  std::uint64_t up = ~std::uint64_t{0}, down = 0, diagonal = 0, places_before = 0;
  const std::uint64_t last = std::uint64_t{1} << (size_ - 1);
  auto edits = static_cast<unsigned>(size_);
  std::size_t letters = 0;
  for (std::size_t at = 0; at < term.size(); ++letters) {
    const std::uint64_t places = places_of(next_code_point(term, at));
    const std::uint64_t swapped = ((~diagonal & places) << 1) & places_before;
    diagonal = (((places & up) + up) ^ up) | places | down | swapped;
    std::uint64_t right = down | ~(diagonal | up), left = diagonal & up;
    edits += (right & last) != 0;
    edits -= (left & last) != 0;
    right = right << 1 | 1;
    left <<= 1;
    up = left | ~(diagonal | right);
    down = right & diagonal;
    places_before = places;
  }
  return letters > kLongest ? limit + 1 : std::min(edits, limit + 1);
}

}  // namespace segue::search
