// SPDX-License-Identifier: Apache-2.0
// What a request that came through another cache waits for, where that cache may be asked in turn.
#include "tests/edge-cache/flow.h"

using namespace segue::edge;
using namespace segue::edge::test;

namespace {

Request of_cache(std::string_view node) {
  Request request = get("/a");
  request.fields.add("CDN-Loop", node);
  request.may_come_round = true;
  return request;
}

}  // namespace

TEST_CASE("the rest of a body that broke off in another cache is not taken out of what arrives here, which may arrive from there") {
  Edge edge;
  edge.policy.node = "5";
  Visit first(edge.one, edge.policy, get("/a"));
  REQUIRE(steps(first, 0) == Step::wait);
  const auto job = first.take_fetch();
  REQUIRE(accept(*job, kFive) == FetchJob::Next::body);
  REQUIRE(arrive(*job, "he") == FetchJob::Next::body);
  Visit whole(edge.one, edge.policy, of_cache("x; node=4"));
  CHECK(steps(whole, 0) == Step::answer);
  Request rest = of_cache("x; node=4");
  rest.fields.add("Range", "bytes=2-");
  rest.fields.add("If-Range", "\"e\"");
  Visit asked(edge.one, edge.policy, rest);
  CHECK(steps(asked, 0) == Step::pass);
  CHECK(asked.take_fetch() == nullptr);
  rest.may_come_round = false;  // of a tier that asks origins, or of a listener
  Visit joined(edge.one, edge.policy, rest);
  CHECK(steps(joined, 0) == Step::answer);
  rest.may_come_round = true;
  REQUIRE(arrive(*job, "llo") == FetchJob::Next::finished);
  Visit stored(edge.one, edge.policy, rest);
  REQUIRE(steps(stored, 0) == Step::answer);
  CHECK(body_of(stored) == "llo");
}

TEST_CASE("who reads on after a leader's death, and may not wait for the next, leads himself") {
  Edge edge;
  edge.policy.node = "5";
  EdgeWorker three(*edge.shared, 10, 3);
  Visit first(edge.one, edge.policy, get("/a"));
  REQUIRE(steps(first, 0) == Step::wait);
  const auto broken = first.take_fetch();
  REQUIRE(accept(*broken, kFive) == FetchJob::Next::body);
  REQUIRE(arrive(*broken, "he") == FetchJob::Next::body);
  Visit reader(edge.two, edge.policy, of_cache("x; node=9"));
  REQUIRE(steps(reader, 0) == Step::answer);
  edge.one.leave();
  REQUIRE(reader.may_read_on());
  Visit next(three, edge.policy, get("/a"));
  REQUIRE(steps(next, 0) == Step::wait);
  const auto of_next = next.take_fetch();
  REQUIRE(reader.read_on(0) == Step::wait);
  const auto own = reader.take_fetch();
  REQUIRE(own != nullptr);
  CHECK(own->number() != of_next->number());
  REQUIRE(accept(*own, kFive) == FetchJob::Next::body);
  REQUIRE(arrive(*own, "hello") == FetchJob::Next::finished);
  REQUIRE(reader.read_on(0) == Step::answer);
  CHECK(body_of(reader) == "hello");
}
