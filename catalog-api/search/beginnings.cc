// SPDX-License-Identifier: Apache-2.0
#include "catalog-api/search/beginnings.h"

#include <algorithm>
#include <bit>
#include <string>

#include "catalog-api/search/fold.h"

namespace segue::search {
namespace {

constexpr std::size_t kBitsEach = 12;  // with three bits set in one word: one wrong yes in fifty

// Visits each term with how many letters it shares with the one before: the beginnings up to there have been seen.
template <class Visit>
void for_each_term(const Dictionary& dictionary, Visit visit) {
  std::u32string before;
  for (TermId id = 0; id < dictionary.size(); ++id) {
    std::u32string letters = to_code_points(dictionary.term(id));
    const auto differ = std::mismatch(letters.begin(), letters.end(), before.begin(), before.end());
    visit(letters, static_cast<std::size_t>(differ.first - letters.begin()));
    before = std::move(letters);
  }
}

}  // namespace

Beginnings::Beginnings(const Dictionary& dictionary) {
  std::size_t keys = 0;
  for_each_term(dictionary, [&](const std::u32string& letters, std::size_t shared) {
    keys += letters.size() - shared + 1;
    letters_.append(letters, shared);
    if (letters_.size() < 4096) return;
    std::sort(letters_.begin(), letters_.end());
    letters_.erase(std::unique(letters_.begin(), letters_.end()), letters_.end());
  });
  std::sort(letters_.begin(), letters_.end());
  letters_.erase(std::unique(letters_.begin(), letters_.end()), letters_.end());
  if (keys == 0) return;
  words_.resize(std::bit_ceil(keys * kBitsEach / 64 + 1));
  mask_ = words_.size() - 1;
  for_each_term(dictionary, [&](const std::u32string& letters, std::size_t shared) {
    Hash hash = kEmpty;
    for (std::size_t i = 0; i < letters.size(); ++i) {
      hash = add(hash, letters[i]);
      if (i >= shared) insert(hash);
    }
    insert(whole(hash));
  });
}

std::u32string_view Beginnings::letters_like(char32_t letter) const noexcept {
  const char32_t block = letter & ~char32_t{0x7F};
  const auto begin = std::lower_bound(letters_.begin(), letters_.end(), block);
  const auto end = std::lower_bound(begin, letters_.end(), block + 0x80);
  return std::u32string_view(letters_).substr(static_cast<std::size_t>(begin - letters_.begin()), static_cast<std::size_t>(end - begin));
}

}  // namespace segue::search
