// SPDX-License-Identifier: Apache-2.0
// Range and conditional requests (RFC 9110 13, 14) through nginx, against the stored bytes.
#include <algorithm>

#include "tests/catch.h"
#include "tests/origin/served.h"

using namespace segue;
using namespace segue::test;

namespace {

const std::string kSegment = "/g1/aac-128/2.m4s";

std::string segment_bytes(const Served& served) {
  const media::Segment segment = served.head("aac-128.cmfa").segments.at(1);
  return served.file("aac-128.cmfa").substr(segment.offset, segment.size);
}

}  // namespace

TEST_CASE("one range of a segment is answered with 206 and exactly these bytes") {
  const Served served;
  const std::string whole = segment_bytes(served);
  const std::string size = std::to_string(whole.size());
  struct Row {
    std::string range;
    std::size_t first, last;
  };
  const std::vector<Row> table = {{"0-0", 0, 0},
                                  {"0-99", 0, 99},
                                  {"100-", 100, whole.size() - 1},
                                  {"-1", whole.size() - 1, whole.size() - 1},
                                  {"-300", whole.size() - 300, whole.size() - 1},
                                  {"-" + size, 0, whole.size() - 1},
                                  {"5-999999999", 5, whole.size() - 1}};
  for (const Row& row : table) {
    INFO(row.range);
    const Response answer = served.get(kSegment, {"Range: bytes=" + row.range});
    CHECK(answer.status == 206);
    CHECK(answer.body == whole.substr(row.first, row.last - row.first + 1));
    CHECK(answer.field("content-range") == "bytes " + std::to_string(row.first) + "-" + std::to_string(row.last) + "/" + size);
    CHECK(answer.field("content-type") == "audio/mp4");
    CHECK(answer.field("access-control-allow-origin") == "*");
  }
}

TEST_CASE("several ranges come as one multipart answer") {
  const Served served;
  const std::string whole = segment_bytes(served);
  const Response answer = served.get(kSegment, {"Range: bytes=0-3,10-13"});
  CHECK(answer.status == 206);
  CHECK(answer.field("content-type").rfind("multipart/byteranges; boundary=", 0) == 0);
  const std::string total = std::to_string(whole.size());
  CHECK(answer.body.find("Content-Range: bytes 0-3/" + total + "\r\n\r\n" + whole.substr(0, 4) + "\r\n") != std::string::npos);
  CHECK(answer.body.find("Content-Range: bytes 10-13/" + total + "\r\n\r\n" + whole.substr(10, 4) + "\r\n") != std::string::npos);
  CHECK(answer.body.find("Content-Type: audio/mp4\r\n") != std::string::npos);
}

TEST_CASE("a range behind the end is refused with the real size, and no cache keeps the refusal") {
  const Served served;
  const std::string whole = segment_bytes(served);
  for (const std::string& range : {std::to_string(whole.size()) + "-", std::string("99999999-100000000"), std::string("5-4"),
                                   std::string("x-y"), std::string("99999999999999999999999-")}) {
    INFO(range);
    const Response answer = served.get(kSegment, {"Range: bytes=" + range});
    CHECK(answer.status == 416);
    CHECK(answer.field("content-range") == "bytes */" + std::to_string(whole.size()));
    CHECK(answer.field("cache-control") == "no-store");
    CHECK(answer.field("content-type").rfind("text/plain", 0) == 0);
    CHECK(answer.field("access-control-allow-origin") == "*");
    CHECK(answer.field("etag").empty());
    CHECK(answer.body.find("bytes") != std::string::npos);
  }
}

TEST_CASE("a Range header in other units is not looked at") {
  const Served served;
  const Response answer = served.get(kSegment, {"Range: seconds=1-2"});
  CHECK(answer.status == 200);
  CHECK(answer.body == segment_bytes(served));
}

TEST_CASE("what the client has already is answered with 304") {
  const Served served;
  for (const std::string& address :
       {kSegment, std::string("/g1/aac-128/init.mp4"), std::string("/master.m3u8"), std::string("/manifest.mpd"),
        std::string("/g1/aac-128.m3u8"), std::string("/g1/asset.json"), std::string("/g1/cover.jpg")}) {
    INFO(address);
    const Response first = served.get(address);
    REQUIRE(first.status == 200);
    const std::string etag = first.field("etag"), modified = first.field("last-modified");
    REQUIRE(etag.size() > 2);
    REQUIRE(!modified.empty());
    struct Row {
      std::vector<std::string> lines;
      int status;
    };
    const std::vector<Row> table = {
        {{"If-None-Match: " + etag}, 304},
        {{"If-None-Match: W/" + etag}, 304},
        {{"If-None-Match: \"other\", " + etag}, 304},
        {{"If-None-Match: *"}, 304},
        {{"If-None-Match: \"other\""}, 200},
        {{"If-Modified-Since: " + modified}, 304},
        {{"If-Modified-Since: Mon, 01 Jan 2001 00:00:00 GMT"}, 200},
        {{"If-Modified-Since: Monday, 01-Jan-01 00:00:00 GMT"}, 200},  // RFC 9110 5.6.7: a recipient takes all three forms
        {{"If-Modified-Since: Mon Jan  1 00:00:00 2001"}, 200},
        {{"If-Modified-Since: Fri, 01 Jan 2038 00:00:00 GMT"}, 304},  // 13.1.3: not after; any later time will do
        {{"If-Modified-Since: Friday, 01-Jan-38 00:00:00 GMT"}, 304},
        {{"If-Modified-Since: Fri Jan  1 00:00:00 2038"}, 304},
        {{"If-Modified-Since: yesterday"}, 200},                                // no date: not looked at
        {{"If-Modified-Since: " + modified, "Range: bytes=0-9"}, 304},          // 13.2.2: before the range
        {{"If-None-Match: \"other\"", "If-Modified-Since: " + modified}, 200},  // RFC 9110 13.2.2: the tag decides
        {{"If-Match: " + etag}, 200},
        {{"If-Match: \"other\""}, 412},
        {{"If-Unmodified-Since: Mon, 01 Jan 2001 00:00:00 GMT"}, 412},
    };
    for (const Row& row : table) {
      INFO(row.lines.front());
      const Response again = served.get(address, row.lines);
      CHECK(again.status == row.status);
      if (row.status != 304) continue;
      CHECK(again.body.empty());
      CHECK(again.field("etag") == etag);
      CHECK(again.field("cache-control") == first.field("cache-control"));
      CHECK(again.field("access-control-allow-origin") == "*");
    }
  }
}

TEST_CASE("If-Range sends the part only of what the client has") {
  const Served served;
  const Response whole = served.get(kSegment);
  const std::string range = "Range: bytes=0-9";
  CHECK(served.get(kSegment, {range, "If-Range: " + whole.field("etag")}).status == 206);
  CHECK(served.get(kSegment, {range, "If-Range: \"other\""}).status == 200);
  CHECK(served.get(kSegment, {range, "If-Range: " + whole.field("last-modified")}).status == 206);
  CHECK(served.get(kSegment, {range, "If-Range: Mon, 01 Jan 2001 00:00:00 GMT"}).status == 200);
}

TEST_CASE("each segment has an ETag of its own, each rendition too") {
  const Served served;
  std::vector<std::string> tags;
  for (const char* address :
       {"/g1/aac-128/init.mp4", "/g1/aac-128/1.m4s", "/g1/aac-128/2.m4s", "/g1/opus-96/init.mp4", "/g1/opus-96/1.m4s"}) {
    tags.push_back(served.get(address).field("etag"));
  }
  std::sort(tags.begin(), tags.end());
  CHECK(std::unique(tags.begin(), tags.end()) == tags.end());
}
