// SPDX-License-Identifier: Apache-2.0
#include "edge-cache/purge/log.h"

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <future>

#include "edge-cache/purge/acks.h"
#include "edge-cache/purge/agent.h"
#include "edge-cache/purge/carry_out.h"
#include "tests/catch.h"
#include "tests/edge-cache/printed.h"
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

TEST_CASE("a new edge that cannot reach Redis applies what came meanwhile, when it has stored anything by then") {
  for (const bool stored : {false, true}) {
    CAPTURE(stored);
    const RedisServer redis;
    Log log(redis.socket());
    Edge edge;
    AgentOptions options = edge.options(redis, "a", true);
    options.redis_socket = redis.folder() + "/late.sock";
    options.is_empty = [stored] { return !stored; };
    const Agent agent(options);
    CHECK(edge.wait_for_complaint().find("late.sock: ") != std::string::npos);
    const Position last = log.write({{Kind::tag, "1", true}, {Kind::tag, "2", true}}).value();
    std::filesystem::create_symlink(redis.socket(), options.redis_socket);
    wait_for_acks(log, last, {"a"});
    const std::lock_guard locked(edge.mutex);
    CHECK(edge.applied == (stored ? std::vector<Order>{kSoftAll, {Kind::tag, "1", true}, {Kind::tag, "2", true}} : std::vector<Order>{}));
  }
}

TEST_CASE("what is to be fetched goes by a log of its own: every edge reports, who was away when it is back, purges do not wait") {
  const RedisServer redis;
  Log log(redis.socket());
  Edge a, b;
  std::promise<void> go_on;
  const auto gone_on = go_on.get_future().share();
  AgentOptions slow = a.options(redis, "a", true), other = b.options(redis, "b", true);
  slow.bring = [gone_on](const std::string& url, const std::atomic<bool>&) {
    gone_on.wait();
    return Bringer::Brought{url == "e/master.m3u8" ? 3U : 1U, 0};
  };
  other.bring = [](const std::string&, const std::atomic<bool>&) { return Bringer::Brought{2, 1}; };
  const Agent first(slow);
  std::string from = log.newest_report().value();
  {
    const Agent second(other);
    wait_until_alive(log, 2);
    CHECK(log.write_fetches({{Kind::fetch, "e/master.m3u8", true}}).value().number == 1);
    wait_for_acks(log, log.write({{Kind::tag, "x", true}}).value(), {"a", "b"});
    CHECK(a.applied == std::vector<Order>{{Kind::tag, "x", true}});
    const auto report = log.read_reports(from, 20s).value();
    REQUIRE(report.size() == 1);
    CHECK(report[0].edge == "b");
    CHECK(report[0].position.number == 1);
    CHECK(report[0].objects == 2);
    CHECK(report[0].failed == 1);
  }
  const auto impatient = fetch_everywhere(log, {{Kind::fetch, "e/1", true}, {Kind::fetch, "e/2", true}}, 10ms).value();
  CHECK(impatient.edges == 2);
  CHECK(impatient.missing == std::vector<std::string>{"a", "b"});
  go_on.set_value();
  const Agent back(other);
  std::size_t reports = 0, objects = 0;
  for (int i = 0; i < 20 && reports < 5; ++i) {
    const std::vector<Report> news = log.read_reports(from, 1s).value();
    for (const Report& one : news) ++reports, objects += one.objects;
  }
  CHECK(reports == 5);  // a: three orders, b: the two that it missed
  CHECK(objects == 3 + 1 + 1 + 2 + 2);
  const auto now = fetch_everywhere(log, {{Kind::fetch, "e/3", true}}, 20s).value();
  CHECK(now.missing.empty());
  CHECK(now.objects == 3);
  CHECK(now.failed == 1);
  CHECK(to_json(now, 1).find(R"("orders":1,"edges":2,"done":2,"objects":3,"failed":1,)") != std::string::npos);
}

namespace {

// Else a report may be repeated, for it comes before.
void wait_until_kept(const RedisServer& redis, Position position) {
  std::string kept;
  for (int i = 0; i < 4000 && kept != text_of(position); ++i) {
    if (i > 0) std::this_thread::sleep_for(5ms);
    std::ifstream(redis.folder() + "/a-fetched") >> kept;
  }
  REQUIRE(kept == text_of(position));
}

}  // namespace

TEST_CASE("an order to fetch that was not reported is carried out again after a restart, one that was is not") {
  const RedisServer redis;
  Log log(redis.socket());
  std::string from = log.newest_report().value();
  std::mutex mutex;
  std::vector<std::string> asked;
  Edge edge;
  AgentOptions options = edge.options(redis, "a", true);
  {
    std::promise<void> started;
    options.bring = [&](const std::string& url, const std::atomic<bool>& stop) {
      if (url == "e/1") return Bringer::Brought{1, 0};
      started.set_value();
      while (!stop) std::this_thread::yield();  // under way when the edge is reloaded
      return Bringer::Brought{1, 1};
    };
    const Agent agent(options);
    wait_until_alive(log, 1);
    REQUIRE(log.write_fetches({{Kind::fetch, "e/1", true}, {Kind::fetch, "e/2", true}, {Kind::fetch, "e/3", true}}));
    REQUIRE(started.get_future().wait_for(20s) == std::future_status::ready);
  }
  options.bring = [&](const std::string& url, const std::atomic<bool>&) {
    const std::lock_guard locked(mutex);
    asked.push_back(url);
    return Bringer::Brought{1, 0};
  };
  for (int restart = 0; restart < 2; ++restart) {
    const Agent agent(options);
    // Behind what waited: when it is reported, so is all before it.
    const auto fetched = fetch_everywhere(log, {{Kind::fetch, "e/last" + std::to_string(restart), true}}, 20s).value();
    CHECK(fetched.missing.empty());
    wait_until_kept(redis, fetched.position);
  }
  CHECK(asked == std::vector<std::string>{"e/2", "e/3", "e/last0", "e/last1"});
  std::vector<std::uint64_t> reported;
  const std::vector<Report> reports = log.read_reports(from, 1s).value();
  for (const Report& one : reports) {
    reported.push_back(one.position.number);
    CHECK(one.failed == 0);
  }
  CHECK(reported == std::vector<std::uint64_t>{1, 2, 3, 4, 5});
}

TEST_CASE("what is fetched is fetched after the purges that were ordered before") {
  const RedisServer redis;
  Log log(redis.socket());
  std::promise<void> brought;
  auto early = brought.get_future();
  std::atomic<bool> purged{false}, in_order{false};
  Edge edge;
  AgentOptions options = edge.options(redis, "a", true);
  options.apply = [&](const Order&) {
    CHECK(early.wait_for(300ms) == std::future_status::timeout);
    purged = true;
  };
  options.bring = [&](const std::string&, const std::atomic<bool>&) {
    in_order = purged.load();
    brought.set_value();
    return Bringer::Brought{1, 0};
  };
  const Agent agent(options);
  wait_until_alive(log, 1);
  REQUIRE(log.write({{Kind::tag, "x", true}}));
  CHECK(fetch_everywhere(log, {{Kind::fetch, "e/1", true}}, 20s).value().missing.empty());
  CHECK(in_order);
}

TEST_CASE("what an older or a newer writer left in the log") {
  const RedisServer redis;
  Log log(redis.socket());
  service::Redis raw(redis.socket());
  Edge edge;
  const Agent agent(edge.options(redis, "a", true));
  wait_until_alive(log, 1);
  struct Row {
    const char *kind, *what;
    std::vector<Order> applied;
  };
  // A host alone was a prefix; orders to fetch stood among the purges for a while; what nobody here knows may have hit anything.
  const Row rows[] = {{"prefix", "cdn.example", {{Kind::prefix, "cdn.example", true}}},
                      {"url", "cdn.example", {{Kind::url, "cdn.example", true}}},
                      {"fetch", "cdn.example/v/a", {}},
                      {"shuffle", "x", {kSoftAll}},
                      {"tag", "a,b", {kSoftAll}}};
  std::vector<Order> expected;
  Position last = log.write({{Kind::tag, "first", true}}).value();
  expected.push_back({Kind::tag, "first", true});
  for (const Row& row : rows) {
    ++last.number;
    REQUIRE(raw.command({"XADD", "segue:purges", text_of(last), "kind", row.kind, "what", row.what, "hard", "1"}));
    expected.insert(expected.end(), row.applied.begin(), row.applied.end());
  }
  wait_for_acks(log, last, {"a"});
  CHECK(edge.applied == expected);
}

TEST_CASE("an edge whose purges do not cease goes on saying that it is there") {
  const RedisServer redis;
  Log log(redis.socket());
  service::Redis raw(redis.socket());
  Edge edge;
  const Agent agent(edge.options(redis, "busy", true));
  wait_until_alive(log, 1);
  const auto said = [&] { return raw.command({"ZSCORE", "segue:edges", "busy"}).value().text; };
  Position last = log.write({{Kind::tag, "x", true}}).value();
  wait_for_acks(log, last, {"busy"});
  const std::string first = said();
  // Each is written as soon as the one before was acknowledged: never is there a second without one.
  for (int announced = 0; announced < 1;) {
    last = log.write({{Kind::tag, "x", true}}).value();
    wait_for_acks(log, last, {"busy"});
    announced += said() != first;
  }
  CHECK(log.edges_alive().value() == std::vector<std::string>{"busy"});
}

TEST_CASE("who was there and is not heard of any more is told for an hour") {
  const RedisServer redis;
  Log log(redis.socket());
  REQUIRE(log.announce("here"));
  service::Redis raw(redis.socket());
  const std::int64_t now =
      std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::system_clock::now().time_since_epoch()).count();
  for (const auto& [edge, seconds] : {std::pair("silent", 120), {"gone", 4000}})
    REQUIRE(raw.command({"ZADD", "segue:edges", std::to_string(now - seconds * 1000), edge}));
  CHECK(log.edges_alive().value() == std::vector<std::string>{"here"});
  const auto silent = log.edges_silent().value();
  REQUIRE(silent.size() == 1);
  CHECK(silent[0].edge == "silent");
  CHECK(silent[0].since >= 119s);
}

TEST_CASE("segue purge: usage, nobody there, everybody there, no Redis") {
  RedisServer redis;
  const auto purge = [&](const std::string& arguments) {
    return segue::test::printed_by(PURGE " --redis " + redis.socket() + ' ' + arguments + " 2>&1");
  };
  const auto holds = [](const segue::test::Printed& answer, int code, const char* part) {
    INFO(answer.text);
    CHECK(answer.code == code);
    CHECK(answer.text.find(part) != std::string::npos);
  };
  holds(purge(""), 2, "expected a URL, --tag, --prefix or --all");
  holds(purge("nonsense"), 2, "expected http://HOST/PATH or HOST/PATH, found nonsense");
  holds(purge("--tag 'a b'"), 2, "blanks and control characters");
  holds(purge("--tag x"), 1, "no edge is there to apply it");
  holds(purge("--tag x --json"), 1, R"("edges":0,"applied":0,)");
  holds(purge("--tag x --no-wait"), 0, "0 edges");
  {
    Log log(redis.socket());
    Edge edge;
    const Agent agent(edge.options(redis, "a", true));
    wait_until_alive(log, 1);
    holds(purge("--tag x"), 0, "applied on 1 of 1 edges in ");
    holds(purge("http://e/v/a --soft --json"), 0, R"("edges":1,"applied":1,)");
  }
  redis.kill();
  holds(purge("--tag x"), 1, "redis.sock: ");
}
