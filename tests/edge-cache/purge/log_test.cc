// SPDX-License-Identifier: Apache-2.0
#include "edge-cache/purge/log.h"

#include <filesystem>

#include "edge-cache/purge/acks.h"
#include "edge-cache/purge/agent.h"
#include "tests/catch.h"
#include "tests/edge-cache/purge/redis_server.h"

using namespace segue;
using namespace segue::purge;
using namespace std::chrono_literals;

namespace {

const Order kSoftAll{Kind::all, "", false};

// What an edge would do, as a list; wait_for() returns when that many orders came.
struct Edge {
  std::mutex mutex;
  std::condition_variable changed;
  std::vector<Order> applied;
  std::vector<std::string> complaints;

  AgentOptions options(const RedisServer& redis, const std::string& name, bool empty_cache) {
    return {redis.socket(),
            name,
            redis.folder() + "/" + name,
            empty_cache,
            [this](const Order& order) {
              const std::lock_guard locked(mutex);
              applied.push_back(order);
              changed.notify_all();
            },
            [this](const std::string& message) {
              const std::lock_guard locked(mutex);
              complaints.push_back(message);
              changed.notify_all();
            }};
  }
  std::vector<Order> wait_for(std::size_t count) {
    std::unique_lock locked(mutex);
    changed.wait_for(locked, 20s, [&] { return applied.size() >= count; });
    return applied;
  }
  std::string wait_for_complaint() {
    std::unique_lock locked(mutex);
    changed.wait_for(locked, 20s, [&] { return !complaints.empty(); });
    return complaints.empty() ? "" : complaints.back();
  }
};

void wait_until_alive(Log& log, std::size_t edges) {
  for (int i = 0; i < 2000 && log.edges_alive().value().size() < edges; ++i) std::this_thread::sleep_for(5ms);
  REQUIRE(log.edges_alive().value().size() == edges);
}

void wait_for_acks(Log& log, Position position, std::vector<std::string> edges) {
  Acks acks(position, edges);
  std::string from = "0-0";
  for (int i = 0; i < 20 && !acks.complete(); ++i) {
    const std::vector<Ack> news = log.read_acks(from, 1s).value();
    for (const Ack& ack : news) acks.take(ack.edge, ack.position);
  }
  CHECK(acks.complete());
}

}  // namespace

TEST_CASE("purges reach every edge in order and are acknowledged") {
  const RedisServer redis;
  Log log(redis.socket());
  Edge a, b;
  const Agent first(a.options(redis, "a", true)), second(b.options(redis, "b", true));
  wait_until_alive(log, 2);
  const std::vector<Order> orders{{Kind::tag, "x", true}, {Kind::url, "e/v/1", false}, {Kind::prefix, "e/v/", true}, {Kind::all, "", true}};
  const Position position = log.write(orders).value();
  CHECK(position.number == 4);
  wait_for_acks(log, position, {"a", "b"});
  CHECK(a.applied == orders);
  CHECK(b.applied == orders);
  CHECK(log.write({{Kind::tag, "y", true}}).value() == Position{position.epoch, 5});
}

TEST_CASE("an edge that was away applies what it missed") {
  const RedisServer redis;
  Log log(redis.socket());
  Edge edge;
  {
    const Agent agent(edge.options(redis, "a", true));
    wait_until_alive(log, 1);
    wait_for_acks(log, log.write({{Kind::tag, "1", true}}).value(), {"a"});
  }
  const auto last = log.write({{Kind::tag, "2", true}, {Kind::tag, "3", true}});
  Edge back;
  const Agent agent(back.options(redis, "a", false));
  wait_for_acks(log, *last, {"a"});
  CHECK(back.applied == std::vector<Order>{{Kind::tag, "2", true}, {Kind::tag, "3", true}});
}

TEST_CASE("an edge that was away for longer than the log reaches purges everything softly, then what is left") {
  const RedisServer redis;
  Log log(redis.socket());
  {
    Edge edge;
    const Agent agent(edge.options(redis, "a", true));
    wait_until_alive(log, 1);
    wait_for_acks(log, log.write({{Kind::tag, "1", true}}).value(), {"a"});
  }
  const auto last = log.write({{Kind::tag, "2", true}, {Kind::tag, "3", true}, {Kind::tag, "4", true}});
  REQUIRE(service::Redis(redis.socket()).command({"XTRIM", "segue:purges", "MAXLEN", "1"}));
  Edge back;
  const Agent agent(back.options(redis, "a", false));
  wait_for_acks(log, *last, {"a"});
  CHECK(back.applied == std::vector<Order>{kSoftAll, {Kind::tag, "4", true}});
}

TEST_CASE("Redis killed and empty again, Redis flushed, an edge without its position") {
  RedisServer redis;
  Log log(redis.socket());
  Edge edge;
  const Agent agent(edge.options(redis, "a", true));
  wait_until_alive(log, 1);
  wait_for_acks(log, log.write({{Kind::tag, "1", true}}).value(), {"a"});

  redis.kill();
  CHECK(edge.wait_for_complaint().find("redis.sock: ") != std::string::npos);
  redis.start();
  CHECK(edge.wait_for(2) == std::vector<Order>{{Kind::tag, "1", true}, kSoftAll});

  CHECK_FALSE(log.write({{Kind::tag, "2", true}}));  // on the connection that died; the next one is new
  wait_for_acks(log, log.write({{Kind::tag, "2", true}}).value(), {"a"});
  REQUIRE(service::Redis(redis.socket()).command({"FLUSHALL"}));
  CHECK(edge.wait_for(4) == std::vector<Order>{{Kind::tag, "1", true}, kSoftAll, {Kind::tag, "2", true}, kSoftAll});

  Edge stranger;
  const Agent other(stranger.options(redis, "b", false));
  CHECK(stranger.wait_for(1) == std::vector<Order>{kSoftAll});
}
