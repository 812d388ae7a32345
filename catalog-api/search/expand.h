// SPDX-License-Identifier: Apache-2.0
// A query word as terms of one dictionary, with what each costs. How much is forgiven grows level by level: a level is looked at only
// when those before it found too little.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "catalog-api/search/query.h"
#include "catalog-api/search/segment.h"

namespace segue::search {

enum class Level : std::uint8_t {
  exact,         // the words as typed, the last one as a prefix
  unknown_word,  // one typo, in the words that no name begins with or has
  one_typo,      // in each word of four letters and more
  two_typos,     // in each word of eight letters and more
  relaxed,       // one typo in three letters, two in five
  missing_word,  // one of several words found nowhere
};
inline constexpr std::size_t kLevels = 6;

struct TermCost {
  std::uint8_t typos = 0;  // twice the typos, and one for another first letter
  bool partial = false;    // the term goes on where the word ends
};

class WordTerms {
 public:
  WordTerms(const Segment& segment, const QueryWord& word) : segment_(&segment), word_(&word) {}

  // Adds what `level` forgives. Levels in their order.
  void widen(Level level);
  [[nodiscard]] std::optional<TermCost> cost(TermId term) const noexcept {
    if (spans_.size() != 1) return cost_among_many(term);
    if (term < spans_[0].terms.begin || term >= spans_[0].terms.end) return std::nullopt;
    return spans_[0].cost;
  }
  // The postings of all terms, as lists in rank order, and the sum of their lengths.
  [[nodiscard]] std::vector<NumberList> lists() const;
  [[nodiscard]] std::size_t postings() const noexcept { return postings_; }

 private:
  struct Span {  // disjoint, sorted
    TermRange terms;
    TermCost cost;
  };
  [[nodiscard]] std::optional<TermCost> cost_among_many(TermId term) const noexcept;
  void add_exact();
  void flatten();

  const Segment* segment_;
  const QueryWord* word_;
  std::vector<Expansion> expansions_;
  TermRange as_typed_;  // of a prefix: all of them
  std::vector<TermRange> outermost_;
  std::vector<Span> spans_;
  std::size_t postings_ = 0;
  bool near_one_ = false, near_two_ = false;
};

}  // namespace segue::search
