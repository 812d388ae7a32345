// SPDX-License-Identifier: Apache-2.0
// Heads and chunked bodies as origins send them, good and bad.
#include "edge-cache/decision/upstream_request.h"
#include "edge-cache/message/chunked.h"
#include "edge-cache/message/response_head.h"
#include "tests/catch.h"

using namespace segue::edge;

namespace {

struct Parsed {
  HeadState state;
  ResponseHead head;
  std::size_t consumed = 0;
};

Parsed parse(std::string_view text, bool to_head = false) {
  Parsed parsed;
  parsed.state = parse_response_head(text, to_head, parsed.head, parsed.consumed);
  return parsed;
}

// Whole or byte by byte, the same must come out. Empty and false: malformed.
std::pair<std::string, bool> decode(std::string_view coded, std::size_t step) {
  ChunkedDecoder decoder;
  std::string body;
  for (std::size_t at = 0; at < coded.size() && !decoder.done(); at += step) {
    std::string_view part = coded.substr(at, step);
    while (!part.empty() && !decoder.done()) {
      body += decoder.next(part);
      if (decoder.malformed()) return {"", false};
    }
  }
  return {body, decoder.done()};
}

}  // namespace

TEST_CASE("how the body of an answer is delimited") {
  const Parsed sized = parse("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello");
  CHECK(sized.state == HeadState::complete);
  CHECK(sized.consumed == 38);
  CHECK(sized.head.content_length == 5);
  CHECK(sized.head.keep_alive);
  CHECK(parse("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n").head.chunked);
  CHECK(parse("HTTP/1.1 200 OK\r\n\r\n").head.until_close);
  CHECK_FALSE(parse("HTTP/1.1 304 Not Modified\r\n\r\n").head.until_close);
  CHECK_FALSE(parse("HTTP/1.1 200 OK\r\n\r\n", true).head.until_close);
  CHECK_FALSE(parse("HTTP/1.0 200 OK\r\nContent-Length: 5\r\n\r\n").head.keep_alive);
  CHECK_FALSE(parse("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 5\r\n\r\n").head.keep_alive);
  const Parsed both = parse("HTTP/1.1 200 OK\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n");
  CHECK(both.head.chunked);
  CHECK_FALSE(both.head.content_length.has_value());
  CHECK_FALSE(both.head.keep_alive);
}

TEST_CASE("interim answers are passed over") {
  const Parsed parsed = parse("HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 204 No Content\r\nA: b\r\n\r\n");
  CHECK(parsed.state == HeadState::complete);
  CHECK(parsed.head.status == 204);
  CHECK_FALSE(parsed.head.fields.has("Link"));
}

TEST_CASE("heads that no origin should send") {
  const char* const malformed[] = {"SSH-2.0-OpenSSH\r\n\r\n",
                                   "HTTP/2 200 OK\r\n\r\n",
                                   "HTTP/1.1 20 OK\r\n\r\n",
                                   "HTTP/1.1 2000 OK\r\n\r\n",
                                   "HTTP/1.1 200 OK\r\nno colon\r\n\r\n",
                                   "HTTP/1.1 200 OK\r\n folded: x\r\n\r\n",
                                   "HTTP/1.1 200 OK\r\nA b: c\r\n\r\n",
                                   "HTTP/1.1 200 OK\r\nA: \x01\r\n\r\n",
                                   "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\n",
                                   "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n",
                                   "HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999999\r\n\r\n",
                                   "HTTP/1.1 101 Switching\r\n\r\n"};
  for (const char* text : malformed) {
    CAPTURE(text);
    CHECK(parse(text).state == HeadState::malformed);
  }
  std::string many = "HTTP/1.1 200 OK\r\n";
  for (std::size_t i = 0; i <= kMostFields; ++i) many += "A: b\r\n";
  CHECK(parse(many + "\r\n").state == HeadState::malformed);
  CHECK(parse("HTTP/1.1 200 OK\r\nA: b\r\n").state == HeadState::incomplete);
  CHECK(parse("HTT").state == HeadState::incomplete);
}

TEST_CASE("chunked bodies, whole and byte by byte") {
  struct Row {
    const char* coded;
    std::string body;
    bool whole;
  };
  const Row rows[] = {{"5\r\nhello\r\n0\r\n\r\n", "hello", true},
                      {"3;a=b\r\nfoo\r\n00003\r\nbar\r\n0\r\nTrailer: x\r\nB: c\r\n\r\n", "foobar", true},
                      {"A\r\n0123456789\r\n0\r\n\r\nHTTP/1.1", "0123456789", true},
                      {"5\r\nhel", "hel", false},
                      {"5\r\nhelloX\r\n0\r\n\r\n", "", false},
                      {"\r\n", "", false},
                      {"1000000000000000\r\n", "", false},
                      {"g\r\n", "", false}};
  for (const Row& row : rows) {
    CAPTURE(row.coded);
    CHECK(decode(row.coded, 1000) == std::pair(row.body, row.whole));
    CHECK(decode(row.coded, 1) == std::pair(row.body, row.whole));
  }
}

TEST_CASE("what is asked of the origin for all, and for one") {
  Request request{.method = "GET", .host = "h", .target = "/a?x", .fields = {}};
  for (const auto& [name, value] :
       {Field{"Host", "h"}, Field{"Connection", "keep-alive, Secret"}, Field{"Secret", "1"}, Field{"Range", "bytes=0-1"},
        Field{"If-None-Match", "\"c\""}, Field{"Accept-Encoding", "deflate, gzip"}, Field{"Foo", "bar"}}) {
    request.fields.add(name, value);
  }
  const Policy policy;
  CHECK(print_upstream_request(policy, request, {}) ==
        "GET /a?x HTTP/1.1\r\nHost: h\r\nFoo: bar\r\nAccept-Encoding: gzip\r\nVia: 1.1 segue-edge\r\n\r\n");
  CHECK(print_upstream_request(policy, request, {.pass = true, .client_address = "10.0.0.1", .host = "o", .body_bytes = 3}) ==
        "GET /a?x HTTP/1.1\r\nHost: o\r\nRange: bytes=0-1\r\nIf-None-Match: \"c\"\r\nAccept-Encoding: deflate, gzip\r\nFoo: bar\r\n"
        "Content-Length: 3\r\nVia: 1.1 segue-edge\r\nX-Forwarded-For: 10.0.0.1\r\n\r\n");
  StoredResponse stored;
  stored.fields.add("ETag", "\"s\"");
  stored.fields.add("Last-Modified", "Sun, 06 Nov 1994 08:49:37 GMT");
  const std::string validating = print_upstream_request(policy, request, {.validate = &stored});
  CHECK(validating.find("If-None-Match: \"s\"\r\nIf-Modified-Since: Sun, 06 Nov 1994 08:49:37 GMT\r\n") != std::string::npos);
  CHECK(
      print_upstream_request(policy, request, {.resume_from = 7, .resume_etag = "\"s\""}).find("Range: bytes=7-\r\nIf-Range: \"s\"\r\n") !=
      std::string::npos);
}

TEST_CASE("requests name the caches that they came through (RFC 8586)") {
  Policy policy;
  policy.name = "edge-7";
  policy.node = "0123";
  Request request{.method = "GET", .host = "h", .target = "/a", .fields = {}};
  CHECK(print_upstream_request(policy, request, {}) ==
        "GET /a HTTP/1.1\r\nHost: h\r\nVia: 1.1 edge-7\r\nCDN-Loop: edge-7; node=0123\r\n\r\n");
  request.fields.add("CDN-Loop", "foo; a=\"b, c\"");
  request.fields.add("cdn-loop", "edge-7; node=4567");
  CHECK(print_upstream_request(policy, request, {}).ends_with("CDN-Loop: foo; a=\"b, c\", edge-7; node=4567, edge-7; node=0123\r\n\r\n"));
}
