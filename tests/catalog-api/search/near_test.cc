// SPDX-License-Identifier: Apache-2.0
// The fast ways to near words against the slow one: the distance to every word.
#include "catalog-api/search/near.h"

#include <algorithm>
#include <random>
#include <set>

#include "catalog-api/search/deletions.h"
#include "catalog-api/search/distance.h"
#include "catalog-api/search/fold.h"
#include "tests/catch.h"

namespace segue::search {
namespace {

struct Terms {
  explicit Terms(std::set<std::string> sorted) : words(sorted.begin(), sorted.end()) {
    offsets.push_back(0);
    for (const auto& word : words) {
      bytes.insert(bytes.end(), word.begin(), word.end());
      offsets.push_back(static_cast<std::uint32_t>(bytes.size()));
    }
    dictionary = Dictionary(offsets, bytes);
  }
  std::vector<std::string> words;
  std::vector<std::uint32_t> offsets;
  std::vector<char> bytes;
  Dictionary dictionary;
};

std::string random_word(std::mt19937& random, const std::vector<std::string>& letters) {
  std::string word;
  const std::size_t length = 1 + random() % 10;
  for (std::size_t i = 0; i < length; ++i) word += letters[random() % letters.size()];
  return word;
}

Terms random_terms(std::mt19937& random, const std::vector<std::string>& letters) {
  std::set<std::string> words;
  for (int i = 0; i < 400; ++i) {
    const std::string word = random_word(random, letters);
    words.insert(word);
    if (i % 4 == 0) words.insert(word + random_word(random, letters));  // the same head
  }
  return Terms(words);
}

bool within_as_prefix(std::u32string_view word, std::u32string_view term, unsigned limit) {
  for (std::size_t end = 0; end <= term.size(); ++end)
    if (distance(word, term.substr(0, end), limit) <= limit) return true;
  return false;
}

const std::vector<std::string> kLatin{"a", "b", "c", "n"}, kHebrew{"א", "ב", "ג", "ל"};

TEST_CASE("one typo: exactly the terms at that distance") {
  std::mt19937 random(1);
  const auto& letters = GENERATE_COPY(from_range(std::vector{kLatin, kHebrew}));
  const Terms terms = random_terms(random, letters);
  for (int i = 0; i < 300; ++i) {
    const auto word = to_code_points(random_word(random, letters));
    const bool as_prefix = i % 2 == 0;
    std::vector<Expansion> found;
    near_one(terms.dictionary, Beginnings(terms.dictionary), word, as_prefix, found);
    std::vector<bool> reached(terms.words.size());
    for (const auto& expansion : found)
      for (TermId id = expansion.terms.begin; id < expansion.terms.end; ++id) reached[id] = true;
    for (TermId id = 0; id < terms.words.size(); ++id) {
      const auto term = to_code_points(terms.words[id]);
      const bool wanted = as_prefix ? within_as_prefix(word, term, 1) && !term.starts_with(word) : distance(word, term, 1) == 1;
      INFO(terms.words[id]);
      if (wanted) CHECK(reached[id]);
      if (reached[id]) CHECK((as_prefix ? within_as_prefix(word, term, 1) : distance(word, term, 1) <= 1));
    }
  }
}

TEST_CASE("two typos: exactly the terms of four letters and more at that distance") {
  std::mt19937 random(2);
  const Terms terms = random_terms(random, kLatin);
  const DeletionTable table = build_deletions(terms.dictionary);
  const Deletions deletions(table.offsets, table.lists);
  for (int i = 0; i < 300; ++i) {
    const auto word = to_code_points(random_word(random, kLatin));
    std::vector<Expansion> found;
    deletions.near_two(terms.dictionary, word, found);
    std::set<TermId> reached;
    for (const auto& expansion : found) CHECK(reached.insert(expansion.terms.begin).second);
    for (TermId id = 0; id < terms.words.size(); ++id) {
      const auto term = to_code_points(terms.words[id]);
      const bool eligible = word.size() >= kShortestForTwo && term.size() >= kShortestForTwo;
      CHECK(reached.contains(id) == (eligible && distance(word, term, 2) <= 2));
    }
  }
}

TEST_CASE("prefixes are ranges") {
  const Terms terms({"a", "ab", "abc", "abd", "b", "ba"});
  CHECK(terms.dictionary.with_prefix("ab") == TermRange{1, 4});
  CHECK(terms.dictionary.with_prefix("") == TermRange{0, 6});
  CHECK(terms.dictionary.with_prefix("c").empty());
  CHECK(terms.dictionary.find("ab") == TermId{1});
  CHECK_FALSE(terms.dictionary.find("abx"));
  CHECK(Dictionary().with_prefix("a").empty());
}

}  // namespace
}  // namespace segue::search
