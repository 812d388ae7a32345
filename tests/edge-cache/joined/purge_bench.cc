// SPDX-License-Identifier: Apache-2.0
// Run by hand: test_edge-cache_joined "[bench]". Purges by tag of 10,000 objects on two edges: from acceptance until both have
// acknowledged, and whether anything older is answered after that.
#include <algorithm>
#include <cstdio>
#include <thread>

#include "edge-cache/purge/acks.h"
#include "tests/catch.h"
#include "tests/edge-cache/joined/fixture.h"

using namespace segue;
using namespace segue::test;

namespace {

constexpr int kObjects = 10000, kRounds = 30;
using Bodies = std::vector<std::string>;

Bodies fill(int port) {
  Bodies bodies;
  HttpConnection connection(port);
  for (int i = 0; i < kObjects; ++i) bodies.push_back(connection.get("/v/a/" + std::to_string(i)).body);
  return bodies;
}

}  // namespace

TEST_CASE("purges by tag of 10,000 objects on two edges", "[.bench]") {
  EdgeFixture edges(2, "off");
  std::vector<double> took;
  long stale = 0;
  for (int round = 0; round < kRounds; ++round) {
    Bodies before[2];
    std::thread other([&] { before[1] = fill(edges.port(1)); });
    before[0] = fill(edges.port(0));
    other.join();
    std::string from = edges.log().newest_ack().value();
    const auto alive = edges.log().edges_alive().value();
    const auto started = std::chrono::steady_clock::now();
    purge::Acks acks(edges.log().write({{purge::Kind::tag, "a", true}}).value(), alive);
    while (!acks.complete()) {
      const auto news = edges.log().read_acks(from, std::chrono::seconds(5)).value();
      for (const purge::Ack& ack : news) acks.take(ack.edge, ack.position);
    }
    took.push_back(std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - started).count());
    for (std::size_t edge : {0, 1}) {
      HttpConnection connection(edges.port(edge));
      for (int i = round; i < kObjects; i += 20)
        stale += connection.get("/v/a/" + std::to_string(i)).body == before[edge][static_cast<std::size_t>(i)];
    }
  }
  std::ranges::sort(took);
  std::printf("%d purges of %d objects on 2 edges: median %.2f ms, worst %.2f ms; stale answers after the acknowledgement: %ld\n", kRounds,
              kObjects, took[took.size() / 2], took.back(), stale);
  CHECK(stale == 0);
}
