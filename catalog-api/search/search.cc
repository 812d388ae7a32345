// SPDX-License-Identifier: Apache-2.0
// Index::search: kind by kind, level by level until enough is found, and of the best the strings and the words to highlight.
#include <algorithm>
#include <array>
#include <map>

#include "catalog-api/search/index.h"
#include "catalog-api/search/tokens.h"

namespace segue::search {
namespace {

struct Place {
  Score score;
  std::size_t part;
  DocId doc;
};

// A document's words stand in its segment in the order of its tokens, field by field.
void highlight(Field field, std::string_view text, const Matcher& matcher, std::span<const std::uint32_t>& words,
               std::vector<Highlight>& out) {
  for (const Token& token : tokenize(text)) {
    if (words.empty() || static_cast<Field>(words.front() >> 29) != field) return;
    const bool is_meant = matcher.finds(words.front() & (kMaxTerms - 1));
    words = words.subspan(1);
    if (!is_meant) continue;
    if (!out.empty() && out.back().field == field && token.begin < out.back().end) {  // two readings of one word, or pairs
      out.back().begin = std::min(out.back().begin, token.begin);
      out.back().end = std::max(out.back().end, token.end);
    } else {
      out.push_back({field, token.begin, token.end});
    }
  }
}

std::vector<FacetCount> largest_first(std::vector<FacetCount> counts) {
  constexpr std::size_t kMost = 20;
  std::sort(counts.begin(), counts.end(),
            [](const FacetCount& a, const FacetCount& b) { return a.count != b.count ? a.count > b.count : a.value < b.value; });
  if (counts.size() > kMost) counts.resize(kMost);
  return counts;
}

// Counts by number; a value's string is made once, at the end.
class Facets {
 public:
  void add(const Segment& segment, const std::vector<Scored>& found) {
    const auto& sections = segment.sections();
    std::vector<std::size_t> genres(sections.genre_offsets.size());
    for (const Scored& scored : found) {
      ++genres[sections.genre[scored.doc]];
      const std::size_t year = sections.year[scored.doc], decade = year / 10;
      if (year == 0) continue;
      ++decades_[decade];
      first_ = std::min(first_, decade);
      last_ = std::max(last_, decade);
    }
    for (std::size_t genre = 1; genre < genres.size(); ++genre)
      if (genres[genre] > 0) genres_[std::string(segment.genre_named(genre))] += genres[genre];
  }
  [[nodiscard]] std::vector<FacetCount> genres() const {
    std::vector<FacetCount> counts;
    for (const auto& [genre, count] : genres_) counts.push_back({genre, count});
    return largest_first(std::move(counts));
  }
  [[nodiscard]] std::vector<FacetCount> decades() const {
    std::vector<FacetCount> counts;
    for (std::size_t i = first_; i <= last_; ++i)
      if (decades_[i] > 0) counts.push_back({std::to_string(i * 10) + "s", decades_[i]});
    return largest_first(std::move(counts));
  }

 private:
  std::map<std::string, std::size_t> genres_;
  std::array<std::uint32_t, 0xFFFF / 10 + 1> decades_{};
  std::size_t first_ = decades_.size(), last_ = 0;
};

// One kind's matchers, one for each of its segments.
struct KindSearch {
  Group group;
  std::vector<Matcher> matchers;

  void run(Level level) {
    group.found = 0;
    for (Matcher& matcher : matchers) {
      matcher.run(level);
      group.found += matcher.found().size();
    }
  }
  [[nodiscard]] bool found_the_name() const {
    return std::any_of(matchers.begin(), matchers.end(), [](const Matcher& matcher) {
      return std::any_of(matcher.found().begin(), matcher.found().end(),
                         [](const Scored& scored) { return scored.score >> kWholenessShift == 0; });
    });
  }
};

// With so many found, no more is forgiven: several words say well what is meant.
std::size_t enough_for(const Query& query, std::size_t limit) {
  const std::size_t words = query.readings.empty() ? 0 : query.readings.front().size();
  return std::min<std::size_t>(limit, words >= 3 ? 1 : 3);
}

// Forgives as much as it must: nothing when several words are somebody's name letter by letter; the more, the less was found.
void run_levels(std::vector<KindSearch>& kinds, const Query& query, std::size_t limit) {
  for (KindSearch& kind : kinds) kind.run(Level::exact);
  const bool is_one_word = query.readings.empty() || query.readings.front().size() == 1;
  if (is_one_word) {  // each kind fills up by itself: an artist may be meant where a hundred tracks were found
    for (KindSearch& kind : kinds)
      if (kind.group.found < limit) kind.run(Level::one_typo);
  } else if (std::any_of(kinds.begin(), kinds.end(), [](const KindSearch& kind) { return kind.found_the_name(); })) {
    return;
  }
  for (const Level level : {Level::unknown_word, Level::one_typo, Level::two_typos, Level::relaxed, Level::missing_word}) {
    std::size_t found = 0;
    for (const KindSearch& kind : kinds) found += kind.group.found;
    if (found >= enough_for(query, limit)) return;
    for (KindSearch& kind : kinds) kind.run(level);
  }
}

}  // namespace

Group Index::answer(const Row& row, const std::vector<Matcher>& matchers, Group group, std::size_t limit) {
  std::vector<Place> places;
  Facets facets;
  for (std::size_t i = 0; i < matchers.size(); ++i) {
    group.is_capped |= matchers[i].is_capped();
    facets.add(*row[i].segment, matchers[i].found());
    for (const Scored& scored : matchers[i].found()) places.push_back({scored.score, i, scored.doc});
  }
  group.genres = facets.genres();
  group.decades = facets.decades();

  const std::size_t count = std::min(limit, places.size());
  std::partial_sort(places.begin(), places.begin() + static_cast<std::ptrdiff_t>(count), places.end(),
                    [](const Place& a, const Place& b) { return std::tuple(a.score, a.part, a.doc) < std::tuple(b.score, b.part, b.doc); });
  for (std::size_t i = 0; i < count; ++i) {
    Hit& hit = group.hits.emplace_back();
    const Matcher& matcher = matchers[places[i].part];
    hit.document = row[places[i].part].segment->copy(places[i].doc);
    hit.score = places[i].score;
    auto words = row[places[i].part].segment->words(places[i].doc);
    highlight(Field::name, hit.document.name, matcher, words, hit.highlights);
    highlight(Field::by, hit.document.by, matcher, words, hit.highlights);
    highlight(Field::in, hit.document.in, matcher, words, hit.highlights);
  }
  return group;
}

Results Index::search(const Request& request) const {
  const auto view = this->view();
  const Query query = parse_query(request.query);
  std::vector<KindSearch> kinds;
  for (std::size_t k = 0; k < kKinds; ++k) {
    const auto kind = static_cast<Kind>(k);
    if (!request.kinds.empty() && std::find(request.kinds.begin(), request.kinds.end(), kind) == request.kinds.end()) continue;
    auto& search = kinds.emplace_back();
    search.group.kind = kind;
    for (const Part& part : (*view)[k]) search.matchers.emplace_back(*part.segment, query, request.filter, *part.removed);
  }
  run_levels(kinds, query, request.limit);

  Results results;
  for (KindSearch& kind : kinds) {
    const Row& row = (*view)[static_cast<std::size_t>(kind.group.kind)];
    results.groups.push_back(answer(row, kind.matchers, std::move(kind.group), request.limit));
    const Group& group = results.groups.back();
    if (group.hits.empty()) continue;
    // Between kinds: how well it is meant, then how wanted it is; of equals the earlier kind.
    const auto worth = [](const Hit& hit) { return std::tuple(hit.score >> kWholenessShift, ~std::uint64_t{hit.document.popularity}); };
    if (!results.top || worth(group.hits.front()) < worth(*results.top)) results.top = group.hits.front();
  }
  return results;
}

}  // namespace segue::search
