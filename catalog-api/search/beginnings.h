// SPDX-License-Identifier: Apache-2.0
// Which strings begin a term, and which are one, as a Bloom filter: what it denies is in no dictionary, what it grants must be looked up.
// A mistyped word has some five hundred neighbours and two or three of them exist; a look-up in the dictionary is twenty cache misses, one
// here is one. Made anew with each segment, kept nowhere.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "catalog-api/search/dictionary.h"

namespace segue::search {

class Beginnings {
 public:
  using Hash = std::uint64_t;
  static constexpr Hash kEmpty = 0x9E3779B97F4A7C15;
  [[nodiscard]] static constexpr Hash add(Hash hash, char32_t letter) noexcept {
    hash = (hash ^ letter) * 0xD6E8FEB86659FD93;
    return hash ^ hash >> 32;
  }
  [[nodiscard]] static constexpr Hash add(Hash hash, std::u32string_view letters) noexcept {
    for (const char32_t letter : letters) hash = add(hash, letter);
    return hash;
  }

  Beginnings() = default;
  explicit Beginnings(const Dictionary& dictionary);

  [[nodiscard]] bool may_begin(Hash letters) const noexcept { return has(letters); }
  [[nodiscard]] bool may_be(Hash letters) const noexcept { return has(whole(letters)); }
  // The letters of terms that stand in the same 128 code points as `letter`: nobody slips from Latin into Hangul.
  [[nodiscard]] std::u32string_view letters_like(char32_t letter) const noexcept;
  [[nodiscard]] std::size_t bytes() const noexcept { return words_.size() * sizeof(std::uint64_t); }

 private:
  // Three bits in one word of 64: one cache line for each question.
  [[nodiscard]] static constexpr std::uint64_t bits_of(Hash hash) noexcept {
    return std::uint64_t{1} << (hash & 63) | std::uint64_t{1} << (hash >> 6 & 63) | std::uint64_t{1} << (hash >> 12 & 63);
  }
  [[nodiscard]] static constexpr Hash whole(Hash hash) noexcept { return add(hash, char32_t{0xFFFFFFFF}); }
  [[nodiscard]] bool has(Hash hash) const noexcept {
    return !words_.empty() && (words_[hash >> 18 & mask_] & bits_of(hash)) == bits_of(hash);
  }
  void insert(Hash hash) noexcept { words_[hash >> 18 & mask_] |= bits_of(hash); }

  std::vector<std::uint64_t> words_;  // a power of two of them
  std::uint64_t mask_ = 0;
  std::u32string letters_;  // of all terms, sorted
};

}  // namespace segue::search
