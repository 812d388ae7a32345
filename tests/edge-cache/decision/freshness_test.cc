// SPDX-License-Identifier: Apache-2.0
// Which answers are stored, and for how long: answers as origins send them.
#include "edge-cache/decision/judge.h"
#include "tests/catch.h"

using namespace segue::edge;

namespace {

constexpr std::int64_t kNow = 1764100000;  // Tue, 25 Nov 2025 19:46:40 GMT
constexpr char kDate[] = "Date: Tue, 25 Nov 2025 19:46:40 GMT\r\n";

struct Judged {
  std::string text, url = "h/a";
  ResponseHead head;
  Owned owned;
  Judgement judgement;
};

std::unique_ptr<Judged> judged(const std::string& fields, int status = 200, bool authorized = false, Policy policy = {}) {
  auto result = std::make_unique<Judged>();
  result->text = "HTTP/1.1 " + std::to_string(status) + " X\r\nContent-Length: 3\r\n" + fields + "\r\n";
  std::size_t consumed = 0;
  REQUIRE(parse_response_head(result->text, false, result->head, consumed) == HeadState::complete);
  Request request{.method = "GET", .host = "h", .target = "/a", .fields = {}};
  if (authorized) request.fields.add("Authorization", "x");
  result->judgement = judge(policy, request, result->head, {kNow, kNow}, result->url, result->owned);
  return result;
}

std::unique_ptr<Judged> dated(std::string_view fields, int status = 200) {
  std::string text = kDate;
  text += fields;
  return judged(text, status);
}

}  // namespace

TEST_CASE("what is stored, and for how long") {
  struct Row {
    const char* fields;
    int status;
    bool store;
    std::int64_t lifetime;
  };
  const Row rows[] = {
      {"Cache-Control: max-age=60\r\n", 200, true, 60},
      {"Cache-Control: max-age=60, s-maxage=5\r\n", 200, true, 5},
      {"Cache-Control: max-age=60\r\nExpires: Tue, 25 Nov 2025 20:46:40 GMT\r\n", 200, true, 60},
      {"Expires: Tue, 25 Nov 2025 20:46:40 GMT\r\n", 200, true, 3600},
      {"Expires: 0\r\n", 200, false, 0},
      {"Expires: 0\r\nETag: \"a\"\r\n", 200, true, 0},
      {"", 200, false, 0},
      {"ETag: \"a\"\r\n", 200, true, 0},
      {"Last-Modified: Tue, 25 Nov 2025 19:30:00 GMT\r\n", 200, true, 100},
      {"Last-Modified: Tue, 25 Nov 2025 19:30:00 GMT\r\n", 201, false, 0},
      {"Last-Modified: Tue, 25 Nov 2025 19:30:00 GMT\r\nCache-Control: public\r\n", 599, true, 100},
      {"Cache-Control: no-store, max-age=60\r\n", 200, false, 60},
      {"Cache-Control: private, max-age=60\r\n", 200, false, 60},
      {"Cache-Control: max-age=60\r\n", 599, true, 60},
      {"Cache-Control: max-age=60, no-store, must-understand\r\n", 599, false, 60},
      {"Cache-Control: max-age=60, no-store, must-understand\r\n", 200, true, 60},
      {"Cache-Control: max-age=60\r\nVary: *\r\n", 200, false, 60},
      {"Cache-Control: max-age=60\r\n", 206, false, 60},
      {"CDN-Cache-Control: max-age=9\r\nCache-Control: no-store\r\n", 200, true, 9},
      {"Cache-Control: max-age=0, stale-while-revalidate=60\r\n", 200, true, 0},
  };
  for (const Row& row : rows) {
    CAPTURE(row.fields, row.status);
    const auto found = dated(row.fields, row.status);
    CHECK(found->judgement.store == row.store);
    CHECK(found->judgement.response.lifetime == row.lifetime);
  }
}

TEST_CASE("what has more tags than are kept is not stored: a purge of one of them would not hit it") {
  const auto tagged = [](std::size_t count) {
    std::string fields = "Cache-Control: max-age=60\r\nCache-Tag: t0";
    for (std::size_t i = 1; i < count; ++i) fields += ",t" + std::to_string(i);
    return judged(fields + "\r\n");
  };
  const auto most = tagged(kMostTags), more = tagged(kMostTags + 1);
  CHECK(most->judgement.store);
  CHECK(most->judgement.response.tags.back() == tag_hash("t255"));
  CHECK_FALSE(more->judgement.store);
  CHECK(more->judgement.why_not == "tags");
  CHECK(StoredHead::parse(StoredHead::print(more->judgement.response)) != nullptr);  // its one client reads it from a file, too
}

TEST_CASE("an answer to Authorization is shared only when it says so") {
  CHECK_FALSE(judged("Cache-Control: max-age=60\r\n", 200, true)->judgement.store);
  for (const char* allowed : {"public", "must-revalidate", "s-maxage=60"}) {
    CAPTURE(allowed);
    CHECK(judged(std::string("Cache-Control: max-age=60, ").append(allowed).append("\r\n"), 200, true)->judgement.store);
  }
}

TEST_CASE("age is what other caches and the way here made it") {
  CHECK(dated("Age: 30\r\n")->judgement.response.initial_age == 30);
  CHECK(dated("Age: 7200, 0\r\n")->judgement.response.initial_age == 7200);
  CHECK(dated("Age: 7200.0\r\n")->judgement.response.initial_age == 0);
  CHECK(judged("Date: Tue, 25 Nov 2025 19:46:00 GMT\r\n")->judgement.response.initial_age == 40);
  CHECK(judged("")->judgement.response.fields.first("Date") == "Tue, 25 Nov 2025 19:46:40 GMT");
}

TEST_CASE("fields of the connection are not kept, nor those that are withheld") {
  const auto found = judged(
      "Connection: foo\r\nFoo: 1\r\nKeep-Alive: 5\r\nAge: 3\r\nB: 2\r\nCache-Control: max-age=9, no-cache=\"Set-Cookie\"\r\nSet-Cookie: "
      "a\r\n");
  for (const char* name : {"Connection", "Foo", "Keep-Alive", "Age", "Set-Cookie", "Content-Length"}) {
    CAPTURE(name);
    CHECK_FALSE(found->judgement.response.fields.has(name));
  }
  CHECK(found->judgement.response.fields.first("B") == "2");
}

TEST_CASE("a 304 renews fields, and leaves those of the body") {
  const auto old = dated("ETag: \"a\"\r\nContent-Type: audio/mp4\r\nContent-Digest: whole\r\nA: 1\r\nB: 1\r\nCache-Control: max-age=1\r\n");
  const std::string text =
      "HTTP/1.1 304 X\r\nETag: \"a\"\r\nA: 2\r\nContent-Type: text/x\r\nContent-Digest: empty\r\nContent-MD5: empty\r\nContent-Length: "
      "99\r\n"
      "Repr-Digest: whole\r\nCache-Control: max-age=60\r\n\r\n";
  ResponseHead head;
  std::size_t consumed = 0;
  REQUIRE(parse_response_head(text, false, head, consumed) == HeadState::complete);
  Owned owned;
  const Request request{.method = "GET", .host = "h", .target = "/a", .fields = {}};
  const Judgement fresh = freshen({}, request, old->judgement.response, head, {kNow + 100, kNow + 100}, owned);
  CHECK(fresh.store);
  CHECK(fresh.response.status == 200);
  CHECK(fresh.response.lifetime == 60);
  CHECK(fresh.response.age(kNow + 100) == 0);
  CHECK(fresh.response.fields.first("A") == "2");
  CHECK(fresh.response.fields.first("B") == "1");
  CHECK(fresh.response.fields.first("Content-Type") == "audio/mp4");
  CHECK(fresh.response.fields.combined("Content-Digest") == "whole");
  CHECK_FALSE(fresh.response.fields.has("Content-MD5"));
  CHECK(fresh.response.fields.first("Repr-Digest") == "whole");
  CHECK(fresh.response.fields.count("ETag") == 1);
}

TEST_CASE("what is kept of a response comes back as it was") {
  const auto found =
      judged("Cache-Control: max-age=60, must-revalidate\r\nVary: Foo\r\nSurrogate-Key: a b a\r\nCache-Tag: c, a\r\nX: y\r\n");
  const std::string bytes = StoredHead::print(found->judgement.response);
  const auto parsed = StoredHead::parse(bytes);
  REQUIRE(parsed != nullptr);
  CHECK(StoredHead::print(parsed->response()) == bytes);
  CHECK(parsed->response().vary == "foo");
  CHECK(parsed->response().must_revalidate);
  CHECK(parsed->response().tags == std::vector<std::uint64_t>{tag_hash("a"), tag_hash("b"), tag_hash("c")});
  for (std::size_t cut = 0; cut < bytes.size(); ++cut) CHECK(StoredHead::parse(bytes.substr(0, cut)) == nullptr);
}

TEST_CASE("of the target list the first field that a response has and that can be read counts (RFC 9213 2.2)") {
  struct Row {
    const char* fields;
    std::int64_t lifetime;
  };
  const Row rows[] = {{"Cache-Control: max-age=60\r\n", 60},
                      {"CDN-Cache-Control: max-age=5\r\nCache-Control: max-age=60\r\n", 5},
                      {"Edge-Control: max-age=7\r\nCDN-Cache-Control: max-age=5\r\nCache-Control: max-age=60\r\n", 7},
                      {"Edge-Control: max-age=\"7\r\nCDN-Cache-Control: max-age=5\r\nCache-Control: max-age=60\r\n", 5}};
  for (const Row& row : rows) {
    CAPTURE(row.fields);
    Policy policy;
    policy.targets = {"Edge-Control", "CDN-Cache-Control"};
    const auto found = judged(std::string(kDate) + row.fields, 200, false, policy);
    CHECK(found->judgement.store);
    CHECK(found->judgement.response.lifetime == row.lifetime);
  }
}
