// SPDX-License-Identifier: Apache-2.0
// Run by hand: test_edge-cache_joined "[bench]". Purges by tag of 10,000 objects on two edges: from acceptance until both have
// acknowledged, and whether anything older is answered after that.
#include <algorithm>
#include <cstdio>

#include "edge-cache/purge/acks.h"
#include "tests/catch.h"
#include "tests/edge-cache/joined/fixture.h"

using namespace segue;
using namespace segue::test;

namespace {

constexpr int kObjects = 10000, kFills = 2, kPurges = 40;  // a purge costs the same whatever it hits: most hit one object in a hundred
using Bodies = std::vector<std::string>;

Bodies read(int port, int step) {
  Bodies bodies;
  HttpConnection connection(port);
  for (int i = 0; i < kObjects; i += step) bodies.push_back(connection.get("/v/a/" + std::to_string(i)).body);
  return bodies;
}

// Milliseconds from acceptance until every edge has acknowledged.
double purge_all_of(EdgeFixture& edges) {
  std::string from = edges.log().newest_ack().value();
  const auto alive = edges.log().edges_alive().value();
  const auto started = std::chrono::steady_clock::now();
  purge::Acks acks(edges.log().write({{purge::Kind::tag, "a", true}}).value(), alive);
  while (!acks.complete()) {
    const auto news = edges.log().read_acks(from, std::chrono::seconds(5)).value();
    for (const purge::Ack& ack : news) acks.take(ack.edge, ack.position);
  }
  return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - started).count();
}

long same(const Bodies& a, const Bodies& b) {
  long count = 0;
  for (std::size_t i = 0; i < a.size(); ++i) count += a[i] == b[i];
  return count;
}

}  // namespace

TEST_CASE("purges by tag of 10,000 objects on two edges", "[.bench]") {
  EdgeFixture edges(2, "off");
  std::vector<double> took;
  long stale = 0;
  for (int fill = 0; fill < kFills; ++fill) {
    (void)read(edges.port(0), 1);
    (void)read(edges.port(1), 1);
    Bodies before[] = {read(edges.port(0), 100), read(edges.port(1), 100)};
    for (int i = 0; i < kPurges; ++i) {
      took.push_back(purge_all_of(edges));
      for (std::size_t edge : {0, 1}) {
        Bodies after = read(edges.port(edge), 100);
        stale += same(before[edge], after);
        before[edge] = std::move(after);
      }
    }
  }
  std::ranges::sort(took);
  std::printf(
      "%zu purges of up to %d objects on 2 edges: median %.2f ms, p99 %.2f ms, worst %.2f ms; stale answers after the acknowledgement: "
      "%ld\n",
      took.size(), kObjects, took[took.size() / 2], took[took.size() * 99 / 100], took.back(), stale);
  CHECK(stale == 0);
}
