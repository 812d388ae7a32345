// SPDX-License-Identifier: Apache-2.0
// What a client gets of a stored response: conditions, ranges, HEAD.
#include "edge-cache/decision/answer.h"
#include "tests/catch.h"

using namespace segue::edge;

namespace {

constexpr char kModified[] = "Sun, 06 Nov 1994 08:49:37 GMT";

StoredResponse stored() {
  StoredResponse response;
  response.status = 200;
  response.lifetime = 100;
  response.fields.add("ETag", "\"a\"");
  response.fields.add("Last-Modified", kModified);
  response.fields.add("Content-Type", "audio/mp4");
  return response;
}

Answer answered(std::initializer_list<Field> fields, std::optional<std::uint64_t> body_bytes = 10, std::string_view method = "GET") {
  static const StoredResponse response = stored();
  Request request{.method = method, .host = "h", .target = "/a", .fields = {}};
  for (const Field& field : fields) request.fields.add(field.name, field.value);
  return compose({}, request, response, body_bytes, {.hit = true}, 40);
}

}  // namespace

TEST_CASE("conditional requests") {
  struct Row {
    Field field;
    int status;
  };
  const Row rows[] = {{{"If-None-Match", "\"a\""}, 304},
                      {{"If-None-Match", "\"b\", W/\"a\""}, 304},
                      {{"If-None-Match", "*"}, 304},
                      {{"If-None-Match", "\"b\""}, 200},
                      {{"If-Modified-Since", kModified}, 304},
                      {{"If-Modified-Since", "Sat, 05 Nov 1994 08:49:37 GMT"}, 200},
                      {{"If-Modified-Since", "yesterday"}, 200}};
  for (const Row& row : rows) {
    CAPTURE(row.field.value);
    const Answer answer = answered({row.field});
    CHECK(answer.status == row.status);
    CHECK(answer.pieces.empty() == (row.status == 304));
    CHECK(answer.fields.has("ETag"));
    CHECK(answer.fields.has("Content-Type") == (row.status == 200));
  }
  // RFC 9110 13.1.3: beside If-None-Match, If-Modified-Since does not count.
  CHECK(answered({{"If-None-Match", "\"b\""}, {"If-Modified-Since", kModified}}).status == 200);
}

TEST_CASE("one range") {
  const Answer answer = answered({{"Range", "bytes=2-4"}});
  CHECK(answer.status == 206);
  CHECK(answer.content_length == 3);
  CHECK(answer.fields.first("Content-Range") == "bytes 2-4/10");
  REQUIRE(answer.pieces.size() == 1);
  CHECK(answer.pieces[0].first == 2);
  CHECK(answer.pieces[0].size == 3);
  CHECK(answered({{"Range", "bytes=2-4"}, {"If-Range", "\"a\""}}).status == 206);
  CHECK(answered({{"Range", "bytes=2-4"}, {"If-Range", "\"b\""}}).status == 200);
  CHECK(answered({{"Range", "bytes=2-4"}, {"If-Range", "W/\"a\""}}).status == 200);
  CHECK(answered({{"Range", "bytes=2-4"}, {"If-Range", kModified}}).status == 206);
  CHECK(answered({{"Range", "bytes=2-4"}}, std::nullopt).status == 200);
}

TEST_CASE("several ranges, and none that fits") {
  const Answer many = answered({{"Range", "bytes=0-0,-2"}});
  CHECK(many.status == 206);
  CHECK(many.fields.count("Content-Type") == 1);
  CHECK(many.fields.first("Content-Type").starts_with("multipart/byteranges; boundary="));
  REQUIRE(many.pieces.size() == 5);
  CHECK(many.pieces[0].text.ends_with("\r\nContent-Type: audio/mp4\r\nContent-Range: bytes 0-0/10\r\n\r\n"));
  CHECK(many.pieces[2].text.ends_with("Content-Range: bytes 8-9/10\r\n\r\n"));
  std::uint64_t total = 0;
  for (const Piece& piece : many.pieces) total += piece.text.size() + piece.size;
  CHECK(many.content_length == total);
  const Answer none = answered({{"Range", "bytes=10-"}});
  CHECK(none.status == 416);
  CHECK(none.fields.first("Cache-Control") == "no-store");
  CHECK(none.fields.first("Content-Range") == "bytes */10");
  CHECK(none.content_length == 0);
}

TEST_CASE("the digest of the whole content goes with the whole content only, the object's with each answer") {
  StoredResponse response = stored();
  for (const char* name : {"Content-Digest", "Content-MD5", "Repr-Digest"}) response.fields.add(name, "whole");
  struct Row {
    Field field;
    int status;
  };
  const Row rows[] = {{{"Accept", "*/*"}, 200},      {{"Range", "bytes=2-4"}, 206}, {{"Range", "bytes=0-0,-2"}, 206},
                      {{"Range", "bytes=0-9"}, 206}, {{"Range", "bytes=10-"}, 416}, {{"If-None-Match", "\"a\""}, 304}};
  for (const Row& row : rows) {
    CAPTURE(row.field.value);
    Request request{.method = "GET", .host = "h", .target = "/a", .fields = {}};
    request.fields.add(row.field.name, row.field.value);
    const Answer answer = compose({}, request, response, 10, {.hit = true}, 40);
    CHECK(answer.status == row.status);
    CHECK(answer.fields.has("Content-Digest") == (row.status == 200));
    CHECK(answer.fields.has("Content-MD5") == (row.status == 200));
    CHECK(answer.fields.first("Repr-Digest") == "whole");
  }
}

TEST_CASE("HEAD, an arriving body, age and Cache-Status") {
  const Answer head = answered({}, 10, "HEAD");
  CHECK(head.content_length == 10);
  CHECK(head.pieces.empty());
  const Answer arriving = answered({}, std::nullopt);
  CHECK_FALSE(arriving.content_length.has_value());
  CHECK(arriving.pieces.at(0).to_end);
  CHECK(arriving.fields.first("Age") == "40");
  CHECK(arriving.fields.first("Cache-Status") == "segue-edge; hit; ttl=60");
  CHECK(cache_status({}, {.forward = "stale", .forward_status = 304, .stored = true, .collapsed = true, .detail = "x"}, 5) ==
        "segue-edge; fwd=stale; fwd-status=304; stored; ttl=5; collapsed; detail=x");
}
