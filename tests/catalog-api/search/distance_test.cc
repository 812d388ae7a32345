// SPDX-License-Identifier: Apache-2.0
#include "catalog-api/search/distance.h"

#include <random>

#include "catalog-api/search/fold.h"
#include "tests/catch.h"

namespace segue::search {
namespace {

TEST_CASE("typos between words") {
  CHECK(distance(U"radiohead", U"radiohead", 2) == 0);
  CHECK(distance(U"radiohaed", U"radiohead", 2) == 1);  // a swap is one
  CHECK(distance(U"radoihaed", U"radiohead", 2) == 2);
  CHECK(distance(U"metalica", U"metallica", 2) == 1);
  CHECK(distance(U"nirvvana", U"nirvana", 2) == 1);
  CHECK(distance(U"mirvama", U"nirvana", 2) == 2);
  CHECK(distance(U"", U"ab", 2) == 2);
  CHECK(distance(U"ca", U"abc", 3) == 3);  // optimal string alignment, not 2
}

TEST_CASE("beyond the limit is limit + 1") {
  CHECK(distance(U"abba", U"queen", 2) == 3);
  CHECK(distance(U"abba", U"abbaaaa", 2) == 3);
  CHECK(distance(U"mirvama", U"nirvana", 1) == 2);
  CHECK(distance(std::u32string(65, U'a'), std::u32string(65, U'a'), 2) == 3);
}

TEST_CASE("from one word to many: the same as one by one") {
  std::mt19937 random(1);
  const std::u32string letters = U"abcé東";
  const auto word = [&] {
    std::u32string made(random() % 9, U'a');
    for (char32_t& letter : made) letter = letters[random() % letters.size()];
    return made;
  };
  for (int i = 0; i < 20000; ++i) {
    const std::u32string a = word(), b = word();
    std::string utf8;
    for (const char32_t letter : b) append_utf8(utf8, letter);
    const auto limit = static_cast<unsigned>(1 + random() % 3);
    CAPTURE(i, limit);
    REQUIRE(DistanceFrom(a).to(utf8, limit) == distance(a, b, limit));
  }
  std::string long_word(64, 'a');
  long_word[63] = 'b';
  CHECK(DistanceFrom(std::u32string(64, U'a')).to(long_word, 2) == 1);
  CHECK(DistanceFrom(std::u32string(65, U'a')).to(std::string(65, 'a'), 2) == 3);
}

}  // namespace
}  // namespace segue::search
