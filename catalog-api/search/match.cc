// SPDX-License-Identifier: Apache-2.0
#include "catalog-api/search/match.h"

#include <algorithm>
#include <bit>
#include <tuple>

namespace segue::search {
namespace {

// More postings than this are united in a bitmap: clearing and reading one costs as much as sorting so many.
constexpr std::size_t sort_limit(DocId documents) { return 128 + documents / 1024; }
// Candidates that are looked at one by one without asking first whether they have a second word. A look costs about a hundred writes into
// a bitmap: two cache misses, and the words of the document.
constexpr std::size_t kLookLimit = 512, kLookCost = 64;

// A score's digits, see match.h.
constexpr unsigned kMissingShift = 60, kTyposShift = 54, kFieldsShift = 46, kNearnessShift = 40, kPopularityShift = 24, kLengthShift = 16;
constexpr std::uint64_t kSixBits = 63, kMaxMissing = 15;
constexpr std::uint64_t kUncovered = 32;  // in the fields' digit, above the sum of ranks: the name has words that nobody asked for

// Of a track's words the artist's say more than the title's; of the others, the name does.
std::uint64_t field_rank(Kind kind, Field field) {
  if (kind == Kind::track) return field == Field::by ? 0 : field == Field::in ? 2 : 1;
  return field == Field::name ? 0 : field == Field::alias ? 1 : 2;
}

// One word may be wrong beyond recognition. One wrong letter of a script without spaces spoils up to three pairs.
std::size_t may_miss(const std::vector<QueryWord>& words) {
  const bool has_pairs = std::any_of(words.begin(), words.end(), [](const QueryWord& word) { return word.is_pair; });
  if (has_pairs) return std::min<std::size_t>(words.size() * 2 / 3, kMaxMissing);
  return words.size() > 1 ? 1 : 0;
}

bool covers_name(std::span<const std::uint32_t> forward, std::uint64_t matched) {
  for (std::size_t at = 0; at < forward.size() && static_cast<Field>(forward[at] >> 29) == Field::name; ++at)
    if (at >= 64 || (matched >> at & 1) == 0) return false;
  return true;
}

struct Found {
  TermCost cost;
  std::uint64_t rank = 0;
  std::size_t at = 0;
  [[nodiscard]] auto order() const { return std::tuple(cost.typos, cost.partial, rank); }
};

std::vector<std::uint64_t> bitmap_of(const std::vector<NumberList>& lists, DocId documents) {
  std::vector<std::uint64_t> bits(documents / 64 + 1, 0);
  for (const NumberList list : lists) list.for_each([&](DocId doc) { bits[doc / 64] |= std::uint64_t{1} << (doc % 64); });
  return bits;
}

// Visits the union of `lists` in order until visit returns false.
template <class Visit>
void for_each_of_union(const std::vector<NumberList>& lists, DocId documents, Visit visit) {
  if (lists.size() == 1) {
    lists.front().visit_while(visit);
    return;
  }
  std::size_t postings = 0;
  for (const NumberList list : lists) postings += list.size();
  if (postings <= sort_limit(documents)) {
    std::vector<DocId> all;
    all.reserve(postings);
    for (const NumberList list : lists) list.for_each([&](DocId doc) { all.push_back(doc); });
    std::sort(all.begin(), all.end());
    for (std::size_t i = 0; i < all.size(); ++i)
      if ((i == 0 || all[i] != all[i - 1]) && !visit(all[i])) return;
    return;
  }
  const std::vector<std::uint64_t> bits = bitmap_of(lists, documents);
  for (std::size_t word = 0; word < bits.size(); ++word)
    for (std::uint64_t rest = bits[word]; rest != 0; rest &= rest - 1)
      if (!visit(static_cast<DocId>(word * 64 + static_cast<std::size_t>(std::countr_zero(rest))))) return;
}

}  // namespace

Matcher::Matcher(const Segment& segment, const Query& query, const Filter& filter, const std::vector<bool>& removed)
    : segment_(&segment), query_(&query), filter_(&filter), removed_(&removed) {
  for (const auto& reading : query.readings) {
    auto& words = readings_.emplace_back();
    for (const QueryWord& word : reading) words.emplace_back(segment, word);
  }
  if (filter.genre.empty()) return;
  genre_ = 0xFFFF;
  const auto& sections = segment.sections();
  for (std::size_t i = 0; i + 1 < sections.genre_offsets.size(); ++i) {
    const auto begin = sections.genre_offsets[i];
    if (std::string_view(sections.genre_text.data() + begin, sections.genre_offsets[i + 1] - begin) == filter.genre)
      genre_ = static_cast<std::uint16_t>(i + 1);
  }
}

void Matcher::run(Level level) {
  if (level == Level::exact) find_names();
  for (Words& words : readings_) {
    for (WordTerms& word : words) word.widen(level);
    find_words(words, level == Level::missing_word ? may_miss(query_->readings[reading_of(words)]) : 0);
  }
  keep_best();
}

void Matcher::find_names() {
  std::size_t taken = 0;
  for (const DocId doc : segment_->named(query_->name_key)) {
    if (query_->readings.empty() || taken == kMaxCandidates) break;
    if (!passes(doc)) continue;
    found_.push_back({tail(doc), doc});
    ++taken;
  }
}

std::size_t Matcher::reading_of(const Words& words) const noexcept { return static_cast<std::size_t>(&words - readings_.data()); }

// Whoever matches all words but `missing` matches one of the `missing` + 1 rarest.
void Matcher::find_words(const Words& words, std::size_t missing) {
  std::vector<const WordTerms*> rarest;
  for (const WordTerms& word : words) rarest.push_back(&word);
  std::sort(rarest.begin(), rarest.end(), [](const WordTerms* a, const WordTerms* b) { return a->postings() < b->postings(); });
  const bool is_long = missing == 0 && rarest.size() > 1 && rarest[0]->postings() > kLookLimit;
  const std::vector<std::uint64_t> also = is_long && rarest[1]->postings() < rarest[0]->postings() * kLookCost
                                              ? bitmap_of(rarest[1]->lists(), segment_->size())
                                              : std::vector<std::uint64_t>();
  rarest.resize(std::min(rarest.size(), missing + 1));
  std::vector<NumberList> lists;
  for (const WordTerms* word : rarest) {
    const auto more = word->lists();
    lists.insert(lists.end(), more.begin(), more.end());
  }
  if (words.size() == 1) {
    // Whole words first: among a thousand popular prefixes there would be no room for an unpopular "a".
    if (const auto whole = segment_->dictionary().find(query_->readings[reading_of(words)].front().text))
      collect(words, {0, {}}, {segment_->postings(*whole)});
    for (NumberList& list : lists) list = list.first(static_cast<std::uint32_t>(2 * kMaxCandidates));
  }
  collect(words, {missing, also}, lists);
}

void Matcher::collect(const Words& words, const Must& must, const std::vector<NumberList>& lists) {
  std::size_t taken = 0;
  for_each_of_union(lists, segment_->size(), [&](DocId doc) {
    if (!must.have.empty() && (must.have[doc / 64] >> doc % 64 & 1) == 0) return true;
    if (!passes(doc)) return true;
    if (const auto score_of_doc = this->score(words, must.may_miss, doc)) {
      found_.push_back({*score_of_doc, doc});
      ++taken;
    }
    capped_ |= taken == kMaxCandidates;
    return taken < kMaxCandidates;
  });
}

bool Matcher::passes(DocId doc) const {
  const auto& sections = segment_->sections();
  if (!removed_->empty() && (*removed_)[doc]) return false;
  if (genre_ && sections.genre[doc] != *genre_) return false;
  if (filter_->year_from != 0 && sections.year[doc] < filter_->year_from) return false;
  if (filter_->year_to != 0 && (sections.year[doc] > filter_->year_to || sections.year[doc] == 0)) return false;
  return filter_->libraries == 0xFFFFFFFF || (filter_->libraries & sections.library[doc]) != 0;
}

Score Matcher::tail(DocId doc) const {
  const auto& sections = segment_->sections();
  const std::uint64_t length = std::min<std::uint64_t>(255, sections.forward_offsets[doc + 1] - sections.forward_offsets[doc]);
  return std::uint64_t{0xFFFFU - sections.popularity[doc]} << kPopularityShift | length << kLengthShift;
}

std::optional<Score> Matcher::score(const Words& words, std::size_t may_miss, DocId doc) const {
  const auto forward = segment_->words(doc);
  std::uint64_t typos = 0, fields = 0, nearness = 0, missing = 0, matched = 0;
  bool partial = false;
  const Found* before = nullptr;
  Found best_of[2];  // of this word and of the one before
  for (const WordTerms& word : words) {
    Found& best = best_of[before == &best_of[0] ? 1 : 0];
    bool any = false;
    for (std::size_t at = 0; at < forward.size(); ++at) {
      const auto cost = word.cost(forward[at] & (kMaxTerms - 1));
      if (!cost) continue;
      matched |= std::uint64_t{at < 64} << (at % 64);
      const Found here{*cost, field_rank(segment_->kind(), static_cast<Field>(forward[at] >> 29)), at};
      if (!any || here.order() < best.order()) best = here;
      any = true;
    }
    if (!any) {
      if (++missing > may_miss) return std::nullopt;
      continue;
    }
    typos += best.cost.typos;
    partial |= best.cost.partial;
    fields += best.rank;
    if (before != nullptr) nearness += best.rank != before->rank ? 2 : best.at > before->at && best.at - before->at <= 2 ? 0 : 1;
    before = &best;
  }
  if (before == nullptr) return std::nullopt;
  const std::uint64_t uncovered = words.size() > 1 && !covers_name(forward, matched) ? kUncovered : 0;
  return missing << kMissingShift | std::min(typos, kSixBits) << kTyposShift | std::uint64_t{partial ? 2U : 1U} << kWholenessShift |
         std::min(fields | uncovered, kSixBits) << kFieldsShift | std::min(nearness, kSixBits) << kNearnessShift | tail(doc);
}

void Matcher::keep_best() {
  std::sort(found_.begin(), found_.end(),
            [](const Scored& a, const Scored& b) { return a.doc != b.doc ? a.doc < b.doc : a.score < b.score; });
  found_.erase(std::unique(found_.begin(), found_.end(), [](const Scored& a, const Scored& b) { return a.doc == b.doc; }), found_.end());
}

bool Matcher::finds(TermId term) const noexcept {
  return std::any_of(readings_.begin(), readings_.end(), [&](const Words& words) {
    return std::any_of(words.begin(), words.end(), [&](const WordTerms& word) { return word.cost(term).has_value(); });
  });
}

}  // namespace segue::search
