// SPDX-License-Identifier: Apache-2.0
#include "edge-cache/purge/order.h"

#include "edge-cache/purge/acks.h"
#include "tests/catch.h"

using namespace segue;
using purge::Kind;

TEST_CASE("what a purge may name") {
  struct Row {
    purge::Order order;
    const char* error;
  };
  const Row rows[] = {
      {{Kind::url, "http://e:8082/v/a/master.m3u8?codecs=flac", true}, ""},
      {{Kind::url, "e/v/a", false}, ""},
      {{Kind::prefix, "https://e/v/", true}, ""},
      {{Kind::tag, "kindred-3f", true}, ""},
      {{Kind::all, "", true}, ""},
      {{Kind::fetch, "http://e/v/a/master.m3u8", true}, ""},
      {{Kind::fetch, "/v/a", true}, "fetch: expected http://HOST/PATH or HOST/PATH, found /v/a"},
      {{Kind::url, "nonsense", true}, "url: expected http://HOST/PATH or HOST/PATH, found nonsense"},
      {{Kind::prefix, "http://e", true}, ""},
      {{Kind::all, "x", true}, "a purge of everything names nothing else"},
      {{Kind::url, "", true}, "url: expected 1 to 4096 characters, found 0"},
      {{Kind::tag, std::string(4097, 'a'), true}, "tag: expected 1 to 4096 characters, found 4097"},
      {{Kind::url, "/v/a", true}, "url: expected http://HOST/PATH or HOST/PATH, found /v/a"},
      {{Kind::prefix, "ftp://e/", true}, "prefix: expected http://HOST/PATH or HOST/PATH, found ftp://e/"},
      {{Kind::prefix, "http:///v", true}, "prefix: expected http://HOST/PATH or HOST/PATH, found http:///v"},
      {{Kind::tag, "a b", true}, "tag: blanks and control characters are not allowed"},
      {{Kind::tag, "a,b", true}, "tag: a comma separates tags"},
      {{Kind::url, "e/a\nb", true}, "url: blanks and control characters are not allowed"},
  };
  for (const Row& row : rows) {
    INFO(row.order.what);
    const auto good = purge::check(row.order);
    CHECK((good ? "" : good.error().message) == row.error);
  }
}

TEST_CASE("a reader takes what a writer refuses as a slip, not what is none") {
  CHECK(purge::can_read({Kind::prefix, "cdn.example", true}));
  CHECK(purge::can_read({Kind::url, "nonsense", true}));
  for (const char* what : {"", "/v/a", "ftp://e/", "e/a b"}) CHECK_FALSE(purge::can_read({Kind::url, what, true}));
  CHECK_FALSE(purge::can_read({Kind::tag, "a,b", true}));
}

TEST_CASE("positions are ids of a Redis Stream") {
  CHECK(purge::position_of("1764100000000-17") == purge::Position{1764100000000, 17});
  CHECK(purge::text_of({1764100000000, 17}) == "1764100000000-17");
  for (const char* text : {"", "1", "-", "1-", "-1", "1-2-3", "a-1", "1-+2", "99999999999999999999-1"})
    CHECK_FALSE(purge::position_of(text));
  for (const char* name : {"url", "tag", "prefix", "all", "fetch"}) CHECK(purge::name_of(*purge::kind_of(name)) == name);
  CHECK_FALSE(purge::kind_of("everything"));
}

TEST_CASE("acknowledgements are complete when every edge has come so far") {
  purge::Acks acks({5, 7}, {"a", "b"});
  acks.take("a", {5, 6});
  CHECK(acks.applied() == 0);
  acks.take("a", {5, 9});
  acks.take("stranger", {5, 9});
  CHECK(acks.applied() == 1);
  CHECK_FALSE(acks.complete());
  CHECK(acks.missing() == std::set<std::string>{"b"});
  acks.take("b", {6, 1});
  CHECK(acks.complete());
  CHECK(purge::Acks({1, 1}, {}).complete());
}
