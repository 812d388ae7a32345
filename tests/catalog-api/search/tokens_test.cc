// SPDX-License-Identifier: Apache-2.0
// Names and the words they are found by.
#include "catalog-api/search/tokens.h"

#include "catalog-api/search/query.h"
#include "tests/catch.h"

namespace segue::search {
namespace {

std::string words(std::string_view name) {
  std::string out;
  for (const Token& token : tokenize(name)) out += (out.empty() ? "" : " ") + token.text;
  return out;
}

TEST_CASE("names become words") {
  struct Row {
    const char *name, *expected;
  };
  const auto row =
      GENERATE(Row{"The Beatles", "the beatles"}, Row{"AC/DC", "ac dc acdc"}, Row{"R.E.M.", "r e m rem"}, Row{"a-ha", "a ha aha"},
               Row{"Guns N' Roses", "guns n roses"}, Row{"don't stop", "don t dont stop"}, Row{"Simon & Garfunkel", "simon and garfunkel"},
               Row{"Ke$ha", "kesha"}, Row{"A$AP Rocky", "asap rocky"}, Row{"P!nk", "pink"}, Row{"Wham!", "wham"}, Row{"!!!", "!!!"},
               Row{"÷", "÷"}, Row{"+44", "44"}, Row{"", ""}, Row{"   ", ""}, Row{"東京事変", "東京 京事 事変 変"}, Row{"林", "林"},
               Row{"YOASOBI 夜に駆ける", "yoasobi 夜に に駆 駆け ける る"});
  CHECK(words(row.name) == row.expected);
}

TEST_CASE("a joined reading covers the words it joins") {
  const auto tokens = tokenize("by AC/DC");
  REQUIRE(tokens.size() == 4);
  CHECK((tokens[3].joined && tokens[3].begin == 3 && tokens[3].end == 8));
}

TEST_CASE("name keys ignore what spellings differ in") {
  CHECK(name_key("R.E.M.") == name_key("rem"));
  CHECK(name_key("Pink Floyd") == name_key("pinkfloyd"));
  CHECK(name_key("Sigur Rós") == name_key("sigur ros"));
  CHECK(name_key("!!!") == name_key("!!!"));
  CHECK(name_key("!!!") != name_key("?"));
  CHECK(name_key("Wham!") == name_key("wham"));
}

TEST_CASE("words and names have an end") {
  CHECK(tokenize(std::string(5000, 'a')).front().text.size() == kMaxTokenLetters);
  std::string many;
  for (int i = 0; i < 500; ++i) many += "w ";
  CHECK(tokenize(many).size() == kMaxTokens);
  CHECK(parse_query(many).readings.front().size() == kMaxQueryWords);
}

TEST_CASE("a query has one reading, or two when punctuation joins words") {
  const Query plain = parse_query("pink floyd");
  REQUIRE(plain.readings.size() == 1);
  CHECK_FALSE(plain.readings[0][0].is_prefix);
  CHECK(plain.readings[0][1].is_prefix);
  CHECK_FALSE(parse_query("pink floyd ").readings[0][1].is_prefix);

  const Query joined = parse_query("ac/dc back");
  REQUIRE(joined.readings.size() == 2);
  CHECK(joined.readings[0].size() == 2);
  CHECK(joined.readings[0][0].text == "acdc");
  CHECK(joined.readings[1].size() == 3);

  CHECK(parse_query("").readings.empty());
  CHECK(parse_query("東京").readings[0].size() == 1);
}

}  // namespace
}  // namespace segue::search
