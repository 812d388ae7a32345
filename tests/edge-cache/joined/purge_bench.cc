// SPDX-License-Identifier: Apache-2.0
// Run by hand: test_edge-cache_joined "[bench]". Purges by tag of 10,000 objects on two edges: from acceptance until both have
// acknowledged, and whether anything older is answered after that to listeners who ask all the while.
#include <algorithm>
#include <cstdio>

#include "edge-cache/purge/acks.h"
#include "tests/catch.h"
#include "tests/edge-cache/joined/fixture.h"
#include "tests/edge-cache/joined/listeners.h"

using namespace segue;
using namespace segue::test;

namespace {

constexpr int kObjects = 10000, kPurges = 100, kListeners = 8;
constexpr long kBetween = 1000;  // answers

void fill(int port) {
  HttpConnection connection(port);
  for (int i = 0; i < kObjects; ++i) (void)connection.get("/v/a/" + std::to_string(i));
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

}  // namespace

TEST_CASE("purges by tag of 10,000 objects on two edges, under load", "[.bench]") {
  EdgeFixture edges(2, "off");
  std::vector<double> took;
  for (const std::size_t edge : {0, 1}) fill(edges.port(edge));
  Listeners listeners({edges.port(0), edges.port(1)}, kListeners, kObjects);
  for (int i = 0; i < kPurges; ++i) {
    const long long asked = Listeners::now_ms();
    took.push_back(purge_all_of(edges));
    listeners.nothing_older_than(asked);
    for (const long seen = listeners.asked(); listeners.asked() < seen + kBetween;) std::this_thread::yield();
  }
  listeners.stop();
  std::ranges::sort(took);
  std::printf(
      "%d purges of up to %d objects on 2 edges, %d listeners: median %.2f ms, p99 %.2f ms, worst %.2f ms; %ld stale of %ld answers\n",
      kPurges, kObjects, kListeners, took[took.size() / 2], took[took.size() * 99 / 100], took.back(), listeners.stale(),
      listeners.asked());
  CHECK(listeners.stale() == 0);
}
