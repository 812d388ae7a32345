// SPDX-License-Identifier: Apache-2.0
#include "catalog-api/search/expand.h"

#include <algorithm>

namespace segue::search {
namespace {

struct Budget {
  std::size_t letters_for_one, letters_for_two;
};

Budget budget_of(Level level) {
  constexpr std::size_t kNever = ~std::size_t{0};
  switch (level) {
    case Level::exact: return {kNever, kNever};
    case Level::unknown_word:
    case Level::one_typo: return {4, kNever};
    case Level::two_typos: return {4, 8};
    case Level::relaxed:
    case Level::missing_word: return {3, 5};
  }
  return {kNever, kNever};
}

}  // namespace

void WordTerms::widen(Level level) {
  const Budget budget = budget_of(level);
  const std::size_t letters = word_->is_pair ? 0 : word_->letters.size();
  const std::size_t before = expansions_.size();
  if (level == Level::exact) add_exact();
  if (level == Level::unknown_word && !as_typed_.empty()) return;
  if (!near_one_ && letters >= budget.letters_for_one) {
    near_one(segment_->dictionary(), segment_->beginnings(), word_->letters, word_->is_prefix, expansions_);
    near_one_ = true;
  }
  if (!near_two_ && letters >= budget.letters_for_two) {
    segment_->deletions().near_two(segment_->dictionary(), word_->letters, expansions_);
    near_two_ = true;
  }
  if (expansions_.size() != before) flatten();
}

void WordTerms::add_exact() {
  const Dictionary& dictionary = segment_->dictionary();
  if (word_->is_prefix) {
    as_typed_ = dictionary.with_prefix(word_->text);
  } else if (const auto term = dictionary.find(word_->text)) {
    as_typed_ = {*term, *term + 1};
  }
  if (!as_typed_.empty()) expansions_.push_back({as_typed_, 0, false});
}

// Cuts the ranges where any of them begins or ends; each piece takes the least cost of those that cover it.
void WordTerms::flatten() {
  std::vector<TermId> cuts;
  for (const Expansion& expansion : expansions_) cuts.insert(cuts.end(), {expansion.terms.begin, expansion.terms.end});
  const Dictionary& dictionary = segment_->dictionary();
  const bool whole = !as_typed_.empty() && dictionary.term(as_typed_.begin).size() == word_->text.size();
  if (whole) cuts.push_back(as_typed_.begin + 1);
  std::sort(cuts.begin(), cuts.end());
  cuts.erase(std::unique(cuts.begin(), cuts.end()), cuts.end());

  constexpr std::uint8_t kUnset = 0xFF;
  std::vector<TermCost> costs(cuts.size(), {kUnset, false});
  for (const Expansion& expansion : expansions_) {
    const TermCost cost{static_cast<std::uint8_t>(2 * expansion.edits + (expansion.edits > 0 && expansion.other_first_letter ? 1 : 0)),
                        word_->is_prefix && expansion.terms.size() > 1};
    auto i = static_cast<std::size_t>(std::lower_bound(cuts.begin(), cuts.end(), expansion.terms.begin) - cuts.begin());
    for (; i < cuts.size() && cuts[i] < expansion.terms.end; ++i)
      if (cost.typos < costs[i].typos) costs[i] = cost;
  }
  spans_.clear();
  for (std::size_t i = 0; i + 1 < cuts.size(); ++i) {
    if (costs[i].typos == kUnset) continue;
    if (costs[i].typos == 0) costs[i].partial = !(whole && cuts[i] == as_typed_.begin);
    spans_.push_back({{cuts[i], cuts[i + 1]}, costs[i]});
  }

  std::sort(expansions_.begin(), expansions_.end(), [](const Expansion& a, const Expansion& b) {
    return a.terms.begin != b.terms.begin ? a.terms.begin < b.terms.begin : a.terms.end > b.terms.end;
  });
  outermost_.clear();
  for (const Expansion& expansion : expansions_)
    if (outermost_.empty() || expansion.terms.end > outermost_.back().end) outermost_.push_back(expansion.terms);
  postings_ = 0;
  for (const auto& list : lists()) postings_ += list.size();
}

std::optional<TermCost> WordTerms::cost_among_many(TermId term) const noexcept {
  auto after = std::upper_bound(spans_.begin(), spans_.end(), term, [](TermId id, const Span& span) { return id < span.terms.begin; });
  if (after == spans_.begin() || term >= (--after)->terms.end) return std::nullopt;
  return after->cost;
}

std::vector<NumberList> WordTerms::lists() const {
  std::vector<NumberList> lists;
  for (const TermRange range : outermost_) {
    if (const auto together = segment_->postings(range)) {
      lists.push_back(*together);
      continue;
    }
    for (TermId term = range.begin; term < range.end; ++term) lists.push_back(segment_->postings(term));
  }
  return lists;
}

}  // namespace segue::search
