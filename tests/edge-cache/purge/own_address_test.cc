// SPDX-License-Identifier: Apache-2.0
#include "edge-cache/purge/own_address.h"

#include "tests/catch.h"

using namespace segue;
using purge::Kind;

TEST_CASE("what listeners and people at the machine call an object is what its edges keep it under") {
  const service::Home home{.root = "/srv/segue", .port = 9000, .public_url = "https://music.example"};
  struct Row {
    Kind kind;
    const char *said, *meant;
  };
  const Row rows[] = {
      {Kind::url, "/v/a/master.m3u8", "http://segue/v/a/master.m3u8"},
      {Kind::url, "https://music.example/v/a/master.m3u8?codecs=aac", "http://segue/v/a/master.m3u8?codecs=aac"},
      {Kind::url, "http://127.0.0.1:9000/v/a", "http://segue/v/a"},
      {Kind::url, "http://127.0.0.1:9002/v/a", "http://segue/v/a"},
      {Kind::url, "http://localhost:9001/v/a", "http://segue/v/a"},
      {Kind::prefix, "/v/", "http://segue/v/"},
      {Kind::prefix, "http://127.0.0.1:9000", "http://segue"},
      {Kind::fetch, "/v/a", "http://segue/v/a"},
      {Kind::url, "http://segue/v/a", "http://segue/v/a"},
      {Kind::url, "http://127.0.0.1:90000/v/a", "http://127.0.0.1:90000/v/a"},
      {Kind::url, "https://music.example.org/v/a", "https://music.example.org/v/a"},
      {Kind::url, "cdn.example/v/a", "cdn.example/v/a"},
      {Kind::tag, "/v/a", "/v/a"},
      {Kind::all, "", ""},
  };
  for (const Row& row : rows) {
    CAPTURE(row.said);
    CHECK(purge::for_edges_of(home, {row.kind, row.said, true}).what == row.meant);
  }
}
