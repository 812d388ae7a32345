// SPDX-License-Identifier: Apache-2.0
// The terms two typos away from a word. Two words at distance 2 share a string that each becomes by deleting at most two letters; it is
// enough to look at the first seven letters of each (SymSpell, Garbe 2012). Those strings are hashed into buckets of term numbers, and
// what a bucket yields is checked with the true distance.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "catalog-api/search/near.h"

namespace segue::search {

inline constexpr std::size_t kShortestForTwo = 4;  // letters; shorter words are two typos away from half the dictionary

struct DeletionTable {
  std::vector<std::uint32_t> offsets;  // of bucket i: terms[offsets[i]..offsets[i + 1]); a power of two of buckets, and one
  std::vector<TermId> terms;
};
[[nodiscard]] DeletionTable build_deletions(const Dictionary& dictionary);

class Deletions {
 public:
  Deletions() = default;
  Deletions(std::span<const std::uint32_t> offsets, std::span<const TermId> terms) : offsets_(offsets), terms_(terms) {}
  // Appends the terms at a distance of at most two, each once.
  void near_two(const Dictionary& dictionary, std::u32string_view word, std::vector<Expansion>& out) const;

 private:
  std::span<const std::uint32_t> offsets_;
  std::span<const TermId> terms_;
};

}  // namespace segue::search
