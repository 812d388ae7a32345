// SPDX-License-Identifier: Apache-2.0
#include <signal.h>

#include <cstdlib>
#include <filesystem>
#include <thread>

#include "edge-cache/purge/carry_out.h"
#include "tests/catch.h"
#include "tests/edge-cache/joined/fixture.h"

using namespace segue;
using namespace segue::test;
using purge::Kind;

namespace {

std::string figure(int port, const std::string& name) {
  const std::string text = http_get(port, "/metrics").body;
  const std::size_t at = text.find("\n" + name + " ");
  return at == std::string::npos ? "" : text.substr(at + name.size() + 2, text.find('\n', at + 1) - at - name.size() - 2);
}

}  // namespace

TEST_CASE("a purge that was acknowledged holds on every edge") {
  EdgeFixture edges(2, "off");
  const std::vector<std::string> paths{"/v/a/1", "/v/a/2", "/v/b/1"};
  const auto read = [&](std::size_t edge) {
    std::vector<std::string> bodies;
    for (const std::string& path : paths) bodies.push_back(http_get(edges.port(edge), path).body);
    return bodies;
  };
  const std::vector<std::string> before[] = {read(0), read(1)};
  REQUIRE(read(0) == before[0]);
  struct Row {
    purge::Order order;
    bool changed[3];
  };
  const Row rows[] = {
      {{Kind::tag, "a", true}, {true, true, false}},
      {{Kind::tag, "b", false}, {false, false, true}},  // soft: stale, and a stale object without validator is fetched anew
      {{Kind::tag, "nobody", true}, {false, false, false}},
      {{Kind::url, "http://segue/v/a/2", true}, {false, true, false}},
      {{Kind::prefix, "segue/v/a/", true}, {true, true, false}},
      {{Kind::all, "", true}, {true, true, true}},
  };
  std::vector<std::string> now[] = {before[0], before[1]};
  for (const Row& row : rows) {
    edges.purge({row.order});
    for (std::size_t edge : {0, 1}) {
      const std::vector<std::string> after = read(edge);
      for (std::size_t i = 0; i < paths.size(); ++i) {
        INFO(purge::name_of(row.order.kind) << " " << row.order.what << " edge " << edge << " " << paths[i]);
        CHECK((after[i] != now[edge][i]) == row.changed[i]);
      }
      now[edge] = after;
    }
  }
  CHECK(figure(edges.port(0), "segue_edge_purged_total") == "6");
  CHECK(figure(edges.port(0), "segue_edge_purges_missed_total") == "0");
}

// A request is counted when it is over, which is after its answer was read: another worker may be asked meanwhile.
static void figure_becomes(int port, const std::string& name, const std::string& value) {
  for (int i = 0; i < 2000 && figure(port, name) != value; ++i) std::this_thread::yield();
  CHECK(figure(port, name) == value);
}

TEST_CASE("metrics count answers by status, bytes and origin time") {
  EdgeFixture edges(1, "off");
  for (int i = 0; i < 10; ++i) CHECK(http_get(edges.port(0), "/v/a/1").status == 200);
  CHECK(http_get(edges.port(0), "/v/none").status == 404);
  figure_becomes(edges.port(0), "segue_edge_hits_total", "9");
  figure_becomes(edges.port(0), "segue_edge_responses_total{status=\"200\"}", "10");
  figure_becomes(edges.port(0), "segue_edge_responses_total{status=\"404\"}", "1");
  figure_becomes(edges.port(0), "segue_edge_origin_seconds_count", "2");
  figure_becomes(edges.port(0), "segue_edge_hit_bytes_total", std::to_string(9 * 33));
  CHECK_FALSE(figure(edges.port(0), "segue_edge_objects").empty());
}

TEST_CASE("what is to be fetched is on every edge before anybody asked") {
  EdgeFixture edges(2, "off");
  const auto fetched = purge::fetch_everywhere(edges.log(), {{Kind::fetch, "segue/v/a/1", true}, {Kind::fetch, "segue/v/none", true}},
                                               std::chrono::seconds(20));
  REQUIRE(fetched);
  CHECK(fetched->edges == 2);
  CHECK(fetched->missing.empty());
  CHECK(fetched->objects == 4);
  CHECK(fetched->failed == 2);  // 404 on both
  for (std::size_t edge : {0, 1}) CHECK(http_get(edges.port(edge), "/v/a/1").field("cache-status").find("; hit") != std::string::npos);
}

TEST_CASE("Redis gone changes nothing for listeners; back and empty, everything is asked for again") {
  EdgeFixture edges(1, "off");
  const std::string before = http_get(edges.port(0), "/v/a/1").body;
  edges.purge({{Kind::tag, "nobody", true}});
  edges.redis().kill();
  CHECK(http_get(edges.port(0), "/v/a/1").body == before);
  edges.redis().start();
  edges.wait_until_alive(1);
  CHECK(http_get(edges.port(0), "/v/a/1").body != before);
}

TEST_CASE("the worker that follows the log is killed: the next one goes on, and nothing is missed") {
  EdgeFixture edges(1, "off");
  edges.purge({{Kind::tag, "nobody", true}});
  for (int i = 0; i < 3; ++i) {
    const std::string before = http_get(edges.port(0), "/v/a/1").body;
    REQUIRE(::kill(edges.edge(0).worker(), SIGKILL) == 0);
    edges.purge({{Kind::tag, "a", true}});
    CHECK(http_get(edges.port(0), "/v/a/1").body != before);
  }
  CHECK(figure(edges.port(0), "segue_edge_purges_missed_total") == "0");
}

TEST_CASE("Redis hangs: listeners notice nothing, an operator is told in time, and what was accepted meanwhile is applied") {
  EdgeFixture edges(1, "off");
  const std::string before = http_get(edges.port(0), "/v/a/1").body;
  edges.redis().hang();
  for (int i = 0; i < 50; ++i) CHECK(http_get(edges.port(0), "/v/a/1").body == before);
  const auto told = purge::carry_out(edges.log(), {{Kind::tag, "a", true}}, std::chrono::seconds(5));
  REQUIRE_FALSE(told);
  CHECK(told.error().message.find("redis.sock: ") != std::string::npos);
  edges.redis().go_on();
  edges.wait_until_alive(1);
  edges.purge({{Kind::tag, "a", true}});
  CHECK(http_get(edges.port(0), "/v/a/1").body != before);
  CHECK(figure(edges.port(0), "segue_edge_purges_missed_total") == "0");
}

TEST_CASE("Redis loses its log while it runs: everything is asked for again, and purges go on") {
  EdgeFixture edges(1, "off");
  edges.purge({{Kind::tag, "nobody", true}});
  const std::string before = http_get(edges.port(0), "/v/a/1").body;
  REQUIRE(std::system(("redis-cli -s " + edges.redis().socket() + " FLUSHALL >/dev/null").c_str()) == 0);
  CHECK(http_get(edges.port(0), "/v/a/1").status == 200);
  edges.wait_until_alive(1);
  edges.purge({{Kind::tag, "nobody", true}});  // of a log that begins anew
  CHECK(http_get(edges.port(0), "/v/a/1").body != before);
  CHECK(figure(edges.port(0), "segue_edge_purges_missed_total") != "");
}

TEST_CASE("Redis loses its log while the origin is down: what is stored is served on; an operator's own soft purge ends that") {
  EdgeFixture edges(1, "off");
  edges.purge({{Kind::tag, "nobody", true}});
  const std::string before = http_get(edges.port(0), "/v/a/1").body;
  edges.kill_origin();
  REQUIRE(std::system(("redis-cli -s " + edges.redis().socket() + " FLUSHALL >/dev/null").c_str()) == 0);
  edges.wait_until_alive(1);
  edges.purge({{Kind::tag, "nobody", true}});  // of a log that begins anew: the edge has noticed
  const Response doubted = http_get(edges.port(0), "/v/a/1");
  CHECK(doubted.body == before);
  CHECK(doubted.field("cache-status").ends_with("detail=stale-if-error"));
  edges.purge({{Kind::all, "", false}});
  CHECK(http_get(edges.port(0), "/v/a/1").status == 502);
}
