// SPDX-License-Identifier: Apache-2.0
// The origin as it is run: nginx with our module and our configuration, over loopback.
#include "tests/origin/served.h"
#include "tests/catch.h"

using namespace segue;
using namespace segue::test;

namespace {

const std::string& kId = kServedId;

}  // namespace

TEST_CASE("init and segments are the stored file's own bytes") {
  const Served served;
  const std::string bytes = served.file("aac-128.cmfa");
  const media::Track track = served.head("aac-128.cmfa");
  const Response init = served.get("/g1/aac-128/init.mp4");
  CHECK(init.status == 200);
  CHECK(init.body == bytes.substr(0, track.init_bytes));
  CHECK(init.field("content-type") == "audio/mp4");
  CHECK(init.field("link") == "<1.m4s>; rel=next");
  CHECK(init.field("cmsd-static") == "su");
  REQUIRE(track.segments.size() > 4);
  for (std::size_t i = 0; i < track.segments.size(); ++i) {
    const Response segment = served.get("/g1/aac-128/" + std::to_string(i + 1) + ".m4s");
    const media::Segment expected = track.segments.at(i);
    CHECK(segment.status == 200);
    CHECK(segment.body == bytes.substr(expected.offset, expected.size));
    CHECK(segment.field("surrogate-key") == kId + " " + kId + "/aac-128");
    CHECK(segment.field("cache-control") == "public, max-age=31536000, immutable");
    CHECK(segment.field("access-control-allow-origin") == "*");
    CHECK(segment.field("accept-ranges") == "bytes");
    CHECK(segment.field("cmsd-static") == (i < 3 ? "su" : ""));
    const bool last = i + 1 == track.segments.size();
    CHECK(segment.field("link") == (last ? "" : "<" + std::to_string(i + 2) + ".m4s>; rel=next"));
  }
  const Response beyond = served.get("/g1/aac-128/" + std::to_string(track.segments.size() + 1) + ".m4s");
  CHECK(beyond.status == 404);
  CHECK(beyond.body.find("this rendition has " + std::to_string(track.segments.size())) != std::string::npos);
}

TEST_CASE("subtitles are served as the WebVTT file that they are") {
  const Served served;
  const std::string text = "WEBVTT\n\n00:00:00.000 --> 00:00:01.000\nHi\n";
  write_file(served.path("text-en.vtt"), text);
  const Response got = served.get("/g1/text-en.vtt");
  CHECK(got.status == 200);
  CHECK(got.body == text);
  CHECK(got.field("content-type") == "text/vtt");
  CHECK(got.field("cache-control") == "public, max-age=31536000, immutable");
  CHECK(got.field("surrogate-key") == kId + " " + kId + "/text-en");
  CHECK(got.field("access-control-allow-origin") == "*");
  CHECK(served.get("/g1/text-en.vtt", {"Range: bytes=0-5"}).body == "WEBVTT");
  CHECK(served.get("/g1/text-fr.vtt").status == 404);
  CHECK(served.get("/text-en.vtt").status == 404);
}
