// SPDX-License-Identifier: Apache-2.0
// Spellings and what they fold to.
#include "catalog-api/search/fold.h"

#include "tests/catch.h"

namespace segue::search {
namespace {

std::string folded(std::string_view text) {
  std::vector<Letter> letters;
  fold(text, letters);
  std::string out;
  for (const Letter& letter : letters) append_utf8(out, letter.code);
  return out;
}

TEST_CASE("case, marks and compatibility forms are folded") {
  struct Row {
    const char *name, *expected;
  };
  const auto row = GENERATE(Row{"Björk", "bjork"}, Row{"MÖTLEY CRÜE", "motley crue"}, Row{"Sigur Rós", "sigur ros"},
                            Row{"Röyksopp", "royksopp"}, Row{"Bo\u0308se", "bose"}, Row{"Ｆｕｌｌ　Ｗｉｄｔｈ", "full width"},
                            Row{"ﬁre", "fire"}, Row{"²", "2"}, Row{"Łódź", "lodz"}, Row{"Mø", "mo"}, Row{"Æther", "aether"},
                            Row{"Straße", "strasse"}, Row{"ışık", "isik"}, Row{"Þórr", "thorr"}, Row{"Đorđe", "dorde"});
  CHECK(folded(row.name) == row.expected);
}

TEST_CASE("Cyrillic and Greek are written in Latin letters") {
  CHECK(folded("Кино") == "kino");
  CHECK(folded("Земфира") == "zemfira");
  CHECK(folded("Би-2") == "bi-2");
  CHECK(folded("Океан Ельзи") == "okean elzi");
  CHECK(folded("Йорш") == "iorsh");
  CHECK(folded("Βαγγέλης") == "vaggelis");
}

TEST_CASE("Kana are one alphabet without voicing, Han stays, Hangul becomes Jamo") {
  CHECK(folded("パフューム") == folded("ぱふゅむ"));
  CHECK(folded("ﾊﾟﾌｭｰﾑ") == folded("パフューム"));
  CHECK(folded("椎名林檎") == "椎名林檎");
  CHECK(folded("방탄").starts_with(folded("바")));
}

TEST_CASE("letters know their bytes and bad bytes are separators") {
  std::vector<Letter> letters;
  fold(
      "a\xC3\xA9\xFF"
      "b",
      letters);
  REQUIRE(letters.size() == 4);
  CHECK((letters[1].begin == 1 && letters[1].end == 3));
  CHECK(letters[2].kind == LetterClass::hard);
  CHECK((letters[3].code == U'b' && letters[3].begin == 4));
}

}  // namespace
}  // namespace segue::search
