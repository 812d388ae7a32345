// SPDX-License-Identifier: Apache-2.0
#include "catalog-api/search/distance.h"

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

}  // namespace
}  // namespace segue::search
