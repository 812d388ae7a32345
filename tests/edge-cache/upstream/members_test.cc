// SPDX-License-Identifier: Apache-2.0
// Who the origins are comes from Redis, without a reload; Redis gone, the last good list stands.
#include <set>
#include <thread>

#include "service/redis.h"
#include "tests/catch.h"
#include "tests/edge-cache/purge/redis_server.h"
#include "tests/edge-cache/upstream/fixture.h"

using namespace segue::test;

namespace {

void write(RedisServer& redis, const std::vector<std::string_view>& words) {
  segue::service::Redis connection(redis.socket());
  REQUIRE(connection.command(words).has_value());
}

std::set<std::string> asked(int edge) {
  static int count = 0;
  std::set<std::string> names;
  for (int i = 0; i < 40; ++i) names.insert(http_get(edge, "/m/" + std::to_string(++count)).field("x-origin"));
  return names;
}

// Asks until exactly these answer.
bool becomes(int edge, const std::set<std::string>& wanted) {
  for (int i = 0; i < 500; ++i, std::this_thread::sleep_for(std::chrono::milliseconds(10)))
    if (asked(edge) == wanted) return true;
  return false;
}

}  // namespace

TEST_CASE("origins come and go by Redis, and Redis gone changes nothing") {
  RedisServer redis;
  Tiers tiers;
  for (const char* name : {"a", "b", "c"}) tiers.add_origin(name);
  const EdgeOptions options{.servers = "server " + tiers.origin(0).address() + ";\n",
                            .check = "segue_edge_members main;",
                            .purges = "segue_edge_purges " + redis.socket() + ";"};
  int edge = tiers.add_edge(options);
  CHECK(asked(edge) == std::set<std::string>{"a"});
  const std::string b = tiers.origin(1).address(), c = tiers.origin(2).address();
  write(redis, {"HSET", "segue:origins:main", b, "1", c, "1"});
  CHECK(becomes(edge, {"b", "c"}));
  write(redis, {"HDEL", "segue:origins:main", b});
  CHECK(becomes(edge, {"c"}));
  write(redis, {"HSET", "segue:origins:main", "nonsense", "1"});  // the whole list is not believed
  write(redis, {"HSET", "segue:origins:main", b, "1"});
  CHECK(asked(edge) == std::set<std::string>{"c"});
  redis.kill();
  CHECK(asked(edge) == std::set<std::string>{"c"});
  tiers.kill_edge(edge);
  edge = tiers.add_edge(options);  // without Redis: the list on disk
  CHECK(becomes(edge, {"c"}));
  redis.start();  // and empty
  CHECK(asked(edge) == std::set<std::string>{"c"});
}
