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
      // As a player asks: the edge keeps it without what it says, filters of a manifest in one order.
      {Kind::url, "/v/a/g1/flac/1.m4s?CMCD=bl%3D100", "http://segue/v/a/g1/flac/1.m4s"},
      {Kind::fetch, "http://127.0.0.1:9000/v/a/g1/flac.m3u8?x=y", "http://segue/v/a/g1/flac.m3u8"},
      {Kind::prefix, "/v/a/g1/?x", "http://segue/v/a/g1/"},
      {Kind::url, "/v/a/master.m3u8?CMCD=sid&token=s1.k.x.y", "http://segue/v/a/master.m3u8"},
      {Kind::url, "/v/a/manifest.mpd?max_height=720&CMCD=x&codecs=aac", "http://segue/v/a/manifest.mpd?codecs=aac&max_height=720"},
      {Kind::url, "/v/a/master.m3u8?codecs=aac&codecs=flac", "http://segue/v/a/master.m3u8?codecs=aac"},
      {Kind::url, "/v/a/master.m3u8?other=1&codecs=aac", "http://segue/v/a/master.m3u8?other=1&codecs=aac"},
      {Kind::url, "/v/a/master.m3u8?codecs=", "http://segue/v/a/master.m3u8?codecs="},
      {Kind::url, "http://cdn.example/v/a?CMCD=x", "http://cdn.example/v/a?CMCD=x"},
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
