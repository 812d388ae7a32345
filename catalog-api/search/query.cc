// SPDX-License-Identifier: Apache-2.0
#include "catalog-api/search/query.h"

#include <algorithm>

#include "catalog-api/search/fold.h"
#include "catalog-api/search/tokens.h"

namespace segue::search {
namespace {

std::string_view cut(std::string_view typed) {
  if (typed.size() <= kMaxQueryBytes) return typed;
  std::size_t end = kMaxQueryBytes;
  while (end > 0 && (static_cast<unsigned char>(typed[end]) & 0xC0) == 0x80) --end;
  return typed.substr(0, end);
}

bool is_inside_a_joined(const std::vector<Token>& tokens, std::size_t i) {
  return std::any_of(tokens.begin() + static_cast<std::ptrdiff_t>(i), tokens.end(),
                     [&](const Token& token) { return token.joined && token.begin <= tokens[i].begin && tokens[i].end <= token.end; });
}

// The single letter that ends a run of pairs is there for prefixes of names; in a query the pairs before it say it already.
bool repeats_a_pair(const std::vector<Token>& tokens, std::size_t i) {
  return i > 0 && tokens[i].pair && tokens[i - 1].pair && tokens[i - 1].end == tokens[i].end;
}

std::vector<QueryWord> reading(const std::vector<Token>& tokens, bool joined, bool last_is_prefix) {
  std::vector<QueryWord> words;
  for (std::size_t i = 0; i < tokens.size() && words.size() < kMaxQueryWords; ++i) {
    if (repeats_a_pair(tokens, i)) continue;
    if (joined ? (!tokens[i].joined && is_inside_a_joined(tokens, i)) : tokens[i].joined) continue;
    words.push_back({tokens[i].text, to_code_points(tokens[i].text), false, tokens[i].pair});
  }
  if (!words.empty()) words.back().is_prefix = last_is_prefix;
  return words;
}

}  // namespace

Query parse_query(std::string_view typed) {
  typed = cut(typed);
  const auto tokens = tokenize(typed);
  Query query;
  query.name_key = name_key(typed);
  if (tokens.empty()) return query;
  const bool last_is_prefix = typed.back() != ' ';
  query.readings.push_back(reading(tokens, true, last_is_prefix));
  if (std::any_of(tokens.begin(), tokens.end(), [](const Token& token) { return token.joined; }))
    query.readings.push_back(reading(tokens, false, last_is_prefix));
  return query;
}

}  // namespace segue::search
