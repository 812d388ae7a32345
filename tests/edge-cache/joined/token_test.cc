// SPDX-License-Identifier: Apache-2.0
#include <ctime>
#include <fstream>
#include <sstream>
#include <thread>

#include "access/cat.h"
#include "access/key_file.h"
#include "access/key_store.h"
#include "access/media_token.h"
#include "tests/catch.h"
#include "tests/edge-cache/joined/fixture.h"

using namespace segue;
using namespace segue::test;

namespace {

std::string token(const EdgeFixture& edges, const char* key, const std::string& path, std::int64_t lives) {
  const access::KeyRing ring = access::load_keys(edges.keys()).value();
  return access::issue(access::MediaGrant{std::time(nullptr) + lives, path, "", ""}, *ring.find(key)).value();
}

// Of one listener, for /v/limited/.
std::string cat_of(const EdgeFixture& edges, const char* subject) {
  const access::KeyRing ring = access::load_keys(edges.keys()).value();
  access::CatClaims claims;
  claims.expires = std::time(nullptr) + 600;
  claims.subject = subject;
  claims.uri = {{access::UriCondition::Part::path, access::UriCondition::Match::prefix, "/v/limited/"}};
  return access::issue(claims, *ring.find("k1")).value();
}

std::string cat(const EdgeFixture& edges, std::int64_t lives) {
  const access::KeyRing ring = access::load_keys(edges.keys()).value();
  access::CatClaims claims;
  claims.expires = std::time(nullptr) + lives;
  claims.uri = {{access::UriCondition::Part::path, access::UriCondition::Match::prefix, "/v/a/"}};
  claims.methods = {"GET"};
  claims.renewal.emplace();
  claims.renewal->adds = 600;
  return access::issue(claims, *ring.find("k1")).value();
}

std::string content_of(const std::string& path) {
  std::stringstream text;
  text << std::ifstream(path).rdbuf();
  return text.str();
}

}  // namespace

TEST_CASE("nobody without a token gets a protected byte, hit or miss") {
  EdgeFixture edges(1, "on");
  const int port = edges.port(0);
  const std::string good = token(edges, "k1", "/v/a/", 600), expired = token(edges, "k1", "/v/a/", -1);
  const Response first = http_get(port, "/t/" + good + "/v/a/1");
  REQUIRE(first.status == 200);
  struct Row {
    std::string target;
    std::vector<std::string> lines;
    int status;
  };
  std::string forged = good;
  forged.back() = forged.back() == 'A' ? 'E' : 'A';
  // Of another's keys: one of an id that this edge knows, one of an id that it does not.
  const std::string elsewhere = edges.keys() + "-elsewhere";
  REQUIRE(access::add_key(elsewhere, "k1", access::Algorithm::hs256));
  REQUIRE(access::add_key(elsewhere, "k9", access::Algorithm::hs256));
  const access::KeyRing others = access::load_keys(elsewhere).value();
  const access::MediaGrant grant{std::time(nullptr) + 600, "/v/a/", "", ""};
  const Row rows[] = {
      {"/t/" + access::issue(grant, *others.find("k1")).value() + "/v/a/1", {}, 403},
      {"/t/" + access::issue(grant, *others.find("k9")).value() + "/v/a/1", {}, 403},
      {"/v/a/1", {}, 401},
      {"/t/" + expired + "/v/a/1", {}, 401},
      {"/t/" + forged + "/v/a/1", {}, 403},
      {"/t/" + good.substr(0, good.size() / 2) + "/v/a/1", {}, 403},
      {"/t/x/v/a/1", {}, 403},
      {"/t//v/a/1", {}, 400},
      {"/t/" + good + "/v/b/1", {}, 403},
      {"/t/" + good + "/v/a/../b/1", {}, 403},
      {"/t/" + good + "/v/a/%2e%2e/b/1", {}, 403},
      {"/v/a/1?token=" + good, {}, 200},
      {"/v/a/1?CMCD=bs&token=" + good, {}, 200},
      {"/v/a/1", {"Cookie: x=y; segue-token=" + good}, 200},
      {"/v/a/1", {"CTA-Common-Access-Token: " + cat(edges, 600)}, 200},
      {"/v/b/1", {"CTA-Common-Access-Token: " + cat(edges, 600)}, 403},
      {"/v/a/1?CAT=" + cat(edges, -1), {}, 401},
      // By another name, and by the page of an error: nginx calls both internal.
      {"/music/a/1", {}, 401},
      {"/music/a/1?token=" + good, {}, 403},
      {"/music/a/1?token=" + token(edges, "k1", "/music/a/", 600), {}, 200},
      {"/open/1", {}, 401},
      {"/open/1?token=" + token(edges, "k1", "/open/", 600), {}, 200},
  };
  for (const Row& row : rows) {
    INFO(row.target);
    const Response answer = http_get(port, row.target, row.lines);
    CHECK(answer.status == row.status);
    // One object for every listener: the token is not part of what names it.
    CHECK((answer.body == first.body) == (row.status == 200));
    if (row.status == 200) CHECK(answer.field("x-asked") == "/v/a/1");
  }
  HttpConnection head(port);
  CHECK(head.request("HEAD", "/v/a/1").status == 401);
  // A preflight carries no token. It is answered, whatever the address, and not by the origin, which would say who asked.
  for (const std::string& target : {std::string("/v/a/1"), std::string("/v/none"), "/t/" + expired + "/v/a/1", "/t/" + good + "/v/a/1"}) {
    INFO(target);
    const Response preflight = HttpConnection(port).request("OPTIONS", target, {"Access-Control-Request-Method: GET"});
    CHECK(preflight.status == 204);
    CHECK(preflight.field("access-control-allow-origin") == "*");
    CHECK(preflight.field("access-control-allow-headers").find("CTA-Common-Access-Token") != std::string::npos);
    CHECK(preflight.field("x-asked").empty());
    CHECK(preflight.body.empty());
  }
  const std::string log = content_of(edges.folder(0) + "/edge-access.log");
  CHECK(log.find(good) == std::string::npos);
  CHECK(log.find(R"({"uri":"/v/a/1","status":401,"token":"missing","key":"","cmcd":{}})") != std::string::npos);
  CHECK(log.find(R"({"uri":"/v/a/1?CMCD=bs","status":200,"token":"none","key":"k1","cmcd":{"bs":true}})") != std::string::npos);
}

TEST_CASE("a manifest's token carries to its segments, a CAT is renewed before it expires") {
  EdgeFixture edges(1, "on");
  const std::string good = token(edges, "k1", "/v/a/", 600);
  const std::string cookie = http_get(edges.port(0), "/v/a/master.m3u8?token=" + good).field("set-cookie");
  CHECK(cookie.starts_with("segue-token=" + good + "; Path=/v/a/; Max-Age="));
  CHECK(http_get(edges.port(0), "/v/a/1", {"Cookie: " + cookie.substr(0, cookie.find(';'))}).status == 200);
  const Response renewed = http_get(edges.port(0), "/v/a/1", {"CTA-Common-Access-Token: " + cat(edges, 30)});
  CHECK(renewed.status == 200);
  CHECK(http_get(edges.port(0), "/v/a/1", {"CTA-Common-Access-Token: " + renewed.field("cta-common-access-token")}).status == 200);
  CHECK(renewed.field("cmsd-static") == "ot=a");
  CHECK(renewed.field("cmsd-dynamic").starts_with("\"edge-1\";"));
}

TEST_CASE("keys rotate by id while the edge runs") {
  EdgeFixture edges(1, "on");
  const std::string old = token(edges, "k1", "/v/a/", 600);
  REQUIRE(access::add_key(edges.keys(), "k2", access::Algorithm::hs256));
  const std::string newer = token(edges, "k2", "/v/a/", 600);
  const auto status_becomes = [&](const std::string& carried, int wanted) {
    int status = 0;  // each worker looks at the file once a second
    for (int i = 0; i < 500 && status != wanted; ++i, std::this_thread::sleep_for(std::chrono::milliseconds(10)))
      status = http_get(edges.port(0), "/t/" + carried + "/v/a/1").status;
    return status;
  };
  CHECK(status_becomes(newer, 200) == 200);
  CHECK(status_becomes(old, 200) == 200);
  REQUIRE(access::drop_key(edges.keys(), "k1"));
  CHECK(status_becomes(old, 403) == 403);
}

TEST_CASE("nginx's own limits by token and address: one listener's haste costs no other") {
  EdgeFixture edges(1, "on");
  const int port = edges.port(0);
  const auto ask = [&](const std::string& token) { return http_get(port, "/t/" + token + "/v/limited/1").status; };
  const std::string ada = cat_of(edges, "ada"), bob = cat_of(edges, "bob");
  // One a minute, and two more at once.
  for (const int status : {200, 200, 200, 429, 429}) CHECK(ask(ada) == status);
  CHECK(ask(bob) == 200);
  // Another token of the same listener is the same listener; one who is not let in at all learns nothing of limits.
  CHECK(http_get(port, "/t/" + cat_of(edges, "ada") + "/v/limited/2").status == 429);
  CHECK(http_get(port, "/v/limited/1").status == 401);
}

TEST_CASE("one listener's cookie and renewed token are in nobody else's answer, hit or miss") {
  EdgeFixture edges(1, "on");
  const int port = edges.port(0);
  const std::string mine = token(edges, "k1", "/v/a/", 600), yours = token(edges, "k1", "/v/a/", 500);
  REQUIRE(mine != yours);
  const std::string set = "segue-token=";
  for (const char* round : {"miss", "hit", "hit"}) {
    CAPTURE(round);
    for (const std::string& own : {mine, yours}) {
      const Response answer = http_get(port, "/v/a/master.m3u8?token=" + own);
      CHECK(answer.status == 200);
      CHECK(answer.field("set-cookie").starts_with(set + own + ';'));
      CHECK(answer.field("set-cookie").find(set, 1) == std::string::npos);
    }
    // Whoever brings his token in a field is given no cookie: one that is there was stored.
    CHECK(http_get(port, "/v/a/1", {"Cookie: " + set + mine}).field("set-cookie").empty());
  }
  const std::string expiring = cat(edges, 60);
  CHECK_FALSE(http_get(port, "/v/a/2?CAT=" + expiring).field("set-cookie").empty());
  CHECK(http_get(port, "/v/a/2", {"Cookie: " + set + yours}).field("set-cookie").empty());
  CHECK(http_get(port, "/v/a/2", {"Cookie: " + set + yours}).field("cta-common-access-token").empty());
}
