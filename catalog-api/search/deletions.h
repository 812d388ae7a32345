// SPDX-License-Identifier: Apache-2.0
// The terms two typos away from a word. Two words at distance 2 share a string that each becomes by deleting at most two letters; it is
// enough to look at the first seven letters of each, the head (SymSpell, Garbe 2012). Those strings are hashed into buckets; a bucket
// lists the first term of each head in it (terms are sorted: the others with that head follow), and what it yields is checked with the
// true distance.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "catalog-api/search/near.h"

namespace segue::search {

inline constexpr std::size_t kShortestForTwo = 4;  // letters; shorter words are two typos away from half the dictionary

struct DeletionTable {
  std::vector<std::uint32_t> offsets;  // of buckets, one more
  std::vector<std::uint8_t> lists;     // number_lists.h
};
[[nodiscard]] DeletionTable build_deletions(const Dictionary& dictionary);

class Deletions {
 public:
  Deletions() = default;
  Deletions(std::span<const std::uint32_t> offsets, std::span<const std::uint8_t> lists) : offsets_(offsets), lists_(lists) {}
  // Appends the terms at a distance of at most two, each once.
  void near_two(const Dictionary& dictionary, std::u32string_view word, std::vector<Expansion>& out) const;

 private:
  std::span<const std::uint32_t> offsets_;
  std::span<const std::uint8_t> lists_;
};

}  // namespace segue::search
