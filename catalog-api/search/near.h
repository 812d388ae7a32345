// SPDX-License-Identifier: Apache-2.0
// The terms one typo away from a word: at every letter each of the four typos is tried, and what may exist (beginnings.h) is looked up in
// the sorted dictionary. As a prefix ("metalic" is one typo away from the beginning of "metallica") the same yields ranges of terms.
#pragma once

#include <string_view>
#include <vector>

#include "catalog-api/search/beginnings.h"
#include "catalog-api/search/dictionary.h"

namespace segue::search {

struct Expansion {
  TermRange terms;
  unsigned char edits = 0;
  bool other_first_letter = false;  // typos there are rarer
};

// Appends, in no order, possibly some ranges twice. `word`: folded; at most kMaxTokenLetters. `beginnings`: the dictionary's.
void near_one(const Dictionary& dictionary, const Beginnings& beginnings, std::u32string_view word, bool as_prefix,
              std::vector<Expansion>& out);

}  // namespace segue::search
