// SPDX-License-Identifier: Apache-2.0
// Purges while listeners ask two edges without a pause: who asks after the acknowledgement gets nothing of before the purge. With "[bench]"
// as argument of test_edge-cache_served how long a purge of 10,000 objects takes meanwhile.
#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <string>
#include <thread>
#include <vector>

#include "edge-cache/purge/carry_out.h"
#include "tests/catch.h"
#include "tests/edge-cache/listeners.h"
#include "tests/edge-cache/purge/redis_server.h"
#include "tests/edge-cache/served.h"

using namespace segue;
using namespace segue::test;
using purge::Kind;

namespace {

// Two open edges on one Redis; what their origins say is the version.
struct Pair {
  RedisServer redis;
  std::atomic<long> version{1};
  Served one{script(), options()}, two{script(), options()};
  purge::Log log{redis.socket()};

  Pair() {
    while (log.edges_alive().value().size() < 2) std::this_thread::yield();
  }
  [[nodiscard]] OriginServer::Script script() {
    return [this](const OriginServer::Exchange& asked) {
      const std::string body = std::to_string(version);
      asked.send("HTTP/1.1 200 OK\r\nCache-Control: max-age=600\r\nSurrogate-Key: all\r\nContent-Length: " + std::to_string(body.size()) +
                 "\r\n\r\n" + body);
      return true;
    };
  }
  [[nodiscard]] std::vector<std::string> options() const { return {"--redis", redis.socket(), "--objects", "20000"}; }
  [[nodiscard]] std::vector<int> ports() const { return {one.edge->port(), two.edge->port()}; }

  // The next version, and nobody may get an older one. Milliseconds until both edges had acknowledged.
  double purge(const purge::Order& order, Listeners& listeners) {
    const long next = ++version;
    const auto outcome = carry_out(log, {order}, std::chrono::seconds(30));
    REQUIRE(outcome.has_value());
    for (const std::string& edge : outcome->acks.missing()) UNSCOPED_INFO("no word from " << edge);
    INFO(outcome->milliseconds << " ms, " << outcome->acks.edges() << " edges, purge " << next);
    REQUIRE(outcome->acks.applied() == 2);
    listeners.nothing_before(next);
    return outcome->milliseconds;
  }
};

}  // namespace

TEST_CASE("under load, nobody who asks after a purge was acknowledged gets a byte of before it") {
  Pair pair;
  Listeners listeners(pair.ports(), 4, 50);
  for (int i = 0; i < 60; ++i) {
    const purge::Order orders[] = {
        {Kind::tag, "all", true}, {Kind::tag, "all", false}, {Kind::prefix, "test/", true}, {Kind::all, "", true}};
    static_cast<void>(pair.purge(orders[i % 4], listeners));
    listeners.wait_for_answers(100);
  }
  listeners.stop();
  CHECK(listeners.stale() == 0);
}

TEST_CASE("purges by tag of 10,000 objects on two edges, under load", "[.bench]") {
  constexpr int kObjects = 10000, kPurges = 200, kListeners = 4;
  Pair pair;
  std::vector<double> took;
  Listeners listeners(pair.ports(), kListeners, kObjects);
  listeners.wait_for_answers(2 * kListeners * kObjects);  // each has asked each edge for each
  for (int i = 0; i < kPurges; ++i) {
    took.push_back(pair.purge({Kind::tag, "all", true}, listeners));
    listeners.wait_for_answers(1000);
  }
  listeners.stop();
  std::ranges::sort(took);
  std::printf("%d purges by tag on 2 edges, %d listeners: median %.2f ms, p99 %.2f ms, worst %.2f ms; %ld stale of %ld answers\n", kPurges,
              kListeners, took[took.size() / 2], took[took.size() * 99 / 100], took.back(), listeners.stale(), listeners.asked());
  CHECK(listeners.stale() == 0);
}
