// SPDX-License-Identifier: Apache-2.0
#include "edge-cache/preposition.h"

#include "tests/catch.h"

using namespace segue::edge;
using List = std::vector<std::string>;

TEST_CASE("what an operator writes") {
  CHECK(wanted_of("http://media.example:81/a?b=c#d") == Wanted{"media.example:81", "/a?b=c"});
  CHECK(wanted_of("https://media.example") == Wanted{"media.example", "/"});
  CHECK(wanted_of("/v/a/1.m4s") == Wanted{"", "/v/a/1.m4s"});
  for (const char* bad : {"", "a", "ftp://a/b", "http:///a", "/a b", "/a\r\nX: y", "http://a\r\n/"}) {
    CAPTURE(bad);
    CHECK(wanted_of(bad) == std::nullopt);
  }
  CHECK(lines_of("/a\r\n\n# no\n  /b  \n/c") == List{"/a", "/b", "/c"});
}

TEST_CASE("what a playlist names, on the same host and once") {
  constexpr char kPlaylist[] =
      "#EXTM3U\n#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID=\"a\",URI=\"g1/aac.m3u8\"\n#EXT-X-MAP:URI=\"aac/init.mp4\"\n#EXTINF:4,\n"
      "aac/1.m4s\n#EXTINF:4,\naac/2.m4s?x=1\naac/1.m4s\nhttp://elsewhere/3.m4s\n../../../4.m4s\n#EXT-X-ENDLIST\n";
  CHECK(named_by(kPlaylist, "/v/a/master.m3u8?codecs=flac") ==
        List{"/v/a/g1/aac.m3u8", "/v/a/aac/init.mp4", "/v/a/aac/1.m4s", "/v/a/aac/2.m4s?x=1"});
  CHECK(named_by("not a playlist\na\n", "/v/a/master.m3u8").empty());
  CHECK(is_playlist("/a.m3u8?x=y.mp4"));
  CHECK_FALSE(is_playlist("/a.mp4?x=y.m3u8"));
}
