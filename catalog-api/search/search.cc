// SPDX-License-Identifier: Apache-2.0
// Index::search: kind by kind, level by level until enough is found, and of the best the strings and the words to highlight.
#include <algorithm>
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

void highlight(Field field, std::string_view text, const Matcher& matcher, std::vector<Highlight>& out) {
  for (const Token& token : tokenize(text))
    if (matcher.finds(token.text)) {
      if (!out.empty() && out.back().field == field && token.begin < out.back().end) {  // two readings of one word, or pairs
        out.back().begin = std::min(out.back().begin, token.begin);
        out.back().end = std::max(out.back().end, token.end);
      } else {
        out.push_back({field, token.begin, token.end});
      }
    }
}

std::vector<FacetCount> largest_first(const std::map<std::string, std::size_t>& counts) {
  constexpr std::size_t kMost = 20;
  std::vector<FacetCount> out;
  for (const auto& [value, count] : counts) out.push_back({value, count});
  std::stable_sort(out.begin(), out.end(), [](const FacetCount& a, const FacetCount& b) { return a.count > b.count; });
  if (out.size() > kMost) out.resize(kMost);
  return out;
}

std::string decade_of(std::uint16_t year) { return std::to_string(year / 10 * 10) + "s"; }

}  // namespace

Group Index::search_kind(const Row& row, Kind kind, const Query& query, const Request& request) {
  Group group;
  group.kind = kind;
  std::vector<Matcher> matchers;
  matchers.reserve(row.size());
  for (const Part& part : row) matchers.emplace_back(*part.segment, query, request.filter, *part.removed);
  for (std::size_t level = 0; level < kLevels && group.found < request.limit; ++level) {
    group.found = 0;
    for (Matcher& matcher : matchers) {
      matcher.run(static_cast<Level>(level));
      group.found += matcher.found().size();
    }
  }

  std::vector<Place> places;
  std::map<std::string, std::size_t> genres, decades;
  for (std::size_t i = 0; i < matchers.size(); ++i) {
    group.is_capped |= matchers[i].is_capped();
    std::map<std::uint16_t, std::pair<std::size_t, DocId>> by_genre, by_year;  // strings are made once each
    for (const Scored& scored : matchers[i].found()) {
      places.push_back({scored.score, i, scored.doc});
      const auto& sections = row[i].segment->sections();
      if (sections.genre[scored.doc] != 0) by_genre.try_emplace(sections.genre[scored.doc], 0, scored.doc).first->second.first += 1;
      if (sections.year[scored.doc] != 0) by_year.try_emplace(sections.year[scored.doc], 0, scored.doc).first->second.first += 1;
    }
    for (const auto& [genre, count] : by_genre) genres[std::string(row[i].segment->genre(count.second))] += count.first;
    for (const auto& [year, count] : by_year) decades[decade_of(year)] += count.first;
  }
  group.genres = largest_first(genres);
  group.decades = largest_first(decades);

  const std::size_t count = std::min(request.limit, places.size());
  std::partial_sort(places.begin(), places.begin() + static_cast<std::ptrdiff_t>(count), places.end(),
                    [](const Place& a, const Place& b) { return std::tuple(a.score, a.part, a.doc) < std::tuple(b.score, b.part, b.doc); });
  for (std::size_t i = 0; i < count; ++i) {
    Hit& hit = group.hits.emplace_back();
    const Matcher& matcher = matchers[places[i].part];
    hit.document = row[places[i].part].segment->document(places[i].doc);
    hit.score = places[i].score;
    highlight(Field::name, hit.document.name, matcher, hit.highlights);
    highlight(Field::by, hit.document.by, matcher, hit.highlights);
    highlight(Field::in, hit.document.in, matcher, hit.highlights);
  }
  return group;
}

Results Index::search(const Request& request) const {
  const auto view = this->view();
  const Query query = parse_query(request.query);
  Results results;
  for (std::size_t k = 0; k < kKinds; ++k) {
    const auto kind = static_cast<Kind>(k);
    if (!request.kinds.empty() && std::find(request.kinds.begin(), request.kinds.end(), kind) == request.kinds.end()) continue;
    results.groups.push_back(search_kind((*view)[k], kind, query, request));
    const Group& group = results.groups.back();
    if (group.hits.empty()) continue;
    // Between kinds: how well it is meant, then how wanted it is; of equals the earlier kind.
    const auto worth = [](const Hit& hit) { return std::tuple(hit.score >> kWholenessShift, ~std::uint64_t{hit.document.popularity}); };
    if (!results.top || worth(group.hits.front()) < worth(*results.top)) results.top = group.hits.front();
  }
  return results;
}

}  // namespace segue::search
