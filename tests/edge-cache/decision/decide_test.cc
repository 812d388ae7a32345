// SPDX-License-Identifier: Apache-2.0
// Request, what is stored, clock → what to do.
#include "edge-cache/decision/decide.h"

#include "edge-cache/decision/loop.h"
#include "tests/catch.h"

using namespace segue::edge;

namespace {

Request request_with(const char* cache_control, std::initializer_list<Field> more = {}, std::string_view method = "GET") {
  Request request{.method = method, .host = "h", .target = "/a", .fields = {}};
  if (cache_control[0] != '\0') request.fields.add("Cache-Control", cache_control);
  for (const Field& field : more) request.fields.add(field.name, field.value);
  return request;
}

// 100 s fresh from second 0 on, then 50 s that may be served while asking, 200 s when the origin fails.
StoredResponse stored() {
  StoredResponse response;
  response.status = 200;
  response.lifetime = 100;
  response.stale_while_revalidate = 50;
  response.stale_if_error = 200;
  return response;
}

}  // namespace

TEST_CASE("stored responses by age and by what the client wants") {
  struct Row {
    const char* wanted;
    std::int64_t now;
    Action expected;
  };
  const Row rows[] = {{"", 0, Action::hit},
                      {"", 99, Action::hit},
                      {"", 100, Action::stale_while_revalidate},
                      {"", 149, Action::stale_while_revalidate},
                      {"", 150, Action::revalidate},
                      {"no-cache", 1, Action::revalidate},
                      {"no-cache", 120, Action::revalidate},
                      {"no-store", 1, Action::revalidate},
                      {"max-age=0", 0, Action::revalidate},
                      {"max-age=10", 10, Action::hit},
                      {"max-age=10", 11, Action::revalidate},
                      {"min-fresh=60", 40, Action::hit},
                      {"min-fresh=60", 41, Action::revalidate},
                      {"max-stale", 5000, Action::hit},
                      {"max-stale=10", 110, Action::hit},
                      {"only-if-cached", 5, Action::hit},
                      {"only-if-cached", 200, Action::gateway_timeout}};
  const StoredResponse response = stored();
  for (const Row& row : rows) {
    CAPTURE(row.wanted, row.now);
    CHECK(decide({}, request_with(row.wanted), {.stored = &response}, row.now).action == row.expected);
  }
}

TEST_CASE("must-revalidate and no-cache are never served stale, soft purges are stale at once") {
  StoredResponse strict = stored();
  strict.must_revalidate = true;
  CHECK(decide({}, request_with("max-stale"), {.stored = &strict}, 120).action == Action::revalidate);
  CHECK_FALSE(usable_on_error({}, request_with(""), strict, 120));
  StoredResponse asking = stored();
  asking.no_cache = true;
  CHECK(decide({}, request_with(""), {.stored = &asking}, 1).action == Action::revalidate);
  CHECK(decide({}, request_with(""), {.stored = &asking, .validated = true}, 1).action == Action::hit);
  const StoredResponse plain = stored();
  CHECK(decide({}, request_with(""), {.stored = &plain, .soft_purged = true}, 1).action == Action::revalidate);
  CHECK(usable_on_error({}, request_with(""), plain, 299));
  CHECK_FALSE(usable_on_error({}, request_with(""), plain, 300));
}

TEST_CASE("nothing stored") {
  struct Row {
    Request request;
    Found found;
    Action action;
    const char* forward;
  };
  const Row rows[] = {{request_with(""), {}, Action::miss, "uri-miss"},
                      {request_with(""), {.other_variant = true}, Action::miss, "vary-miss"},
                      {request_with(""), {.pass = true}, Action::pass, "miss"},
                      {request_with("no-store"), {}, Action::pass, "request"},
                      {request_with("only-if-cached"), {}, Action::gateway_timeout, "uri-miss"},
                      {request_with("", {{"Authorization", "x"}}), {}, Action::fetch_alone, "uri-miss"},
                      {request_with("", {{"If-Match", "\"a\""}}), {}, Action::pass, "bypass"},
                      {request_with("", {{"Content-Length", "3"}}), {}, Action::pass, "bypass"},
                      {request_with("", {}, "HEAD"), {}, Action::pass, "uri-miss"},
                      {request_with("", {}, "POST"), {}, Action::pass, "method"}};
  for (const Row& row : rows) {
    const Decision decision = decide({}, row.request, row.found, 0);
    CHECK(decision.action == row.action);
    CHECK(decision.forward == row.forward);
  }
}

TEST_CASE("an operator may let clients' directives not count") {
  Policy policy;
  policy.client_directives = false;
  const StoredResponse response = stored();
  CHECK(decide(policy, request_with("no-cache"), {.stored = &response}, 1).action == Action::hit);
}

TEST_CASE("what comes round goes no further, and is answered from the store") {
  Policy policy;
  policy.node = "0123456789abcdef";
  const StoredResponse response = stored();
  struct Row {
    const char *loop, *method;
    Found found;
    std::int64_t now;
    Action expected;
  };
  const Row rows[] = {{"a, segue-edge; node=0123456789abcdef, b", "GET", {}, 0, Action::loop},
                      {"segue-edge; node=0123456789abcdef", "POST", {}, 0, Action::loop},
                      {"segue-edge; node=0123456789abcdef", "GET", {.pass = true}, 0, Action::loop},
                      {"segue-edge; node=0123456789abcdef", "GET", {.stored = &response}, 1, Action::hit},
                      {"segue-edge; node=0123456789abcdef", "GET", {.stored = &response}, 200, Action::loop},
                      {"segue-edge; node=0123456789abcdee", "GET", {}, 0, Action::miss},
                      {"segue-edge", "GET", {}, 0, Action::miss}};
  for (const Row& row : rows) {
    CAPTURE(row.loop, row.method, row.now);
    const Request request = request_with("", {{"CDN-Loop", row.loop}}, row.method);
    CHECK(decide(policy, request, row.found, row.now).action == row.expected);
    CHECK(decide({}, request, row.found, row.now).action != Action::loop);
  }
}

TEST_CASE("who came through other caches waits where this one's node is the greatest") {
  Policy policy;
  policy.node = "5555";
  struct Row {
    const char* loop;
    bool may_wait;
  };
  const Row rows[] = {
      {"", true},
      {"edge-1; node=1111", true},
      {"edge-1; node=7777", false},
      {"edge-1; node=1111, edge-2; node=7777", false},
      {"edge-2; node=7777,edge-1; node=1111", false},
      {"edge-1; node=1111, somebody.example", true},  // who is none of ours has no place in the order
      {"somebody.example; trace=\"x\"", true},
      {"edge-1; node=", true},
      {"edge-1; node=1111; node=7777", false},
  };
  for (const Row& row : rows) {
    CAPTURE(row.loop);
    CHECK(may_wait(policy, request_with("", {{"CDN-Loop", row.loop}}, "GET").fields) == row.may_wait);
  }
}
