// SPDX-License-Identifier: Apache-2.0
#include "edge-cache/explain.h"

#include <stdlib.h>

#include <filesystem>
#include <nlohmann/json.hpp>

#include "edge-cache/explanation_text.h"
#include "tests/catch.h"
#include "tests/edge-cache/flow.h"

namespace fs = std::filesystem;
using namespace segue::edge;
using nlohmann::json;

namespace {

struct Edge {
  Edge() {
    path = ::mkdtemp(name);
    std::string error;
    shared = Shared::open(path, {100, 1 << 20}, error);
    REQUIRE(shared != nullptr);
    worker = std::make_unique<EdgeWorker>(*shared, 10, 1);
    policy.targets = {"CDN-Cache-Control"};
    policy.ignored_query = {"CMCD"};
  }
  ~Edge() { fs::remove_all(path); }

  static Request get(std::string_view target, std::string_view coding = "") {
    Request request{.method = "GET", .host = "H:80", .target = target, .fields = {}};
    if (!coding.empty()) request.fields.add("Accept-Encoding", coding);
    return request;
  }
  void store(std::string_view target, const std::string& fields, std::string_view coding = "") {
    Visit visit(*worker, policy, get(target, coding));
    REQUIRE(test::steps(visit, 0) == Step::wait);
    const auto job = visit.take_fetch();
    const std::string head = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n" + fields + "\r\n";
    if (test::accept(*job, head) == FetchJob::Next::body) (void)test::arrive(*job, "hello");
    while (test::steps(visit, 0) == Step::wait) continue;
  }
  [[nodiscard]] json explained(std::string_view target, std::int64_t now, std::string_view coding = "") const {
    return json::parse(to_json(explain(*worker, policy, get(target, coding), now)));
  }

  char name[40] = "/tmp/segue-explain-XXXXXX";
  std::string path;
  std::unique_ptr<Shared> shared;
  std::unique_ptr<EdgeWorker> worker;
  Policy policy;
};

}  // namespace

TEST_CASE("state, time left and the field that says so") {
  struct Row {
    std::string fields;
    std::int64_t now;
    const char *state, *would, *from;
    int ttl;
  };
  const Row rows[] = {
      {"Cache-Control: max-age=60\r\n", 20, "fresh", "hit", "Cache-Control: max-age", 40},
      {"Cache-Control: max-age=60, s-maxage=90\r\n", 20, "fresh", "hit", "Cache-Control: s-maxage", 70},
      {"Cache-Control: no-store\r\nCDN-Cache-Control: max-age=30\r\n", 40, "stale", "revalidate", "CDN-Cache-Control: max-age", -10},
      {"Cache-Control: max-age=60, stale-while-revalidate=60\r\n", 70, "stale", "stale-while-revalidate", "Cache-Control: max-age", -10},
      {"Date: Thu, 01 Jan 1970 00:00:00 GMT\r\nExpires: Thu, 01 Jan 1970 00:01:00 GMT\r\n", 0, "fresh", "hit", "Expires", 60},
      {"Cache-Control: no-cache, max-age=60\r\nETag: \"e\"\r\n", 1, "stale", "revalidate", "Cache-Control: max-age", 59},
      {"Age: 50\r\nCache-Control: max-age=60\r\n", 20, "stale", "revalidate", "Cache-Control: max-age", -10},
  };
  for (const Row& row : rows) {
    CAPTURE(row.fields);
    Edge edge;
    edge.store("/a", row.fields);
    const json told = edge.explained("/a?CMCD=bs", row.now);
    CHECK(told["url"] == "h/a");
    CHECK(told["state"] == row.state);
    CHECK(told["would"] == row.would);
    CHECK(told["stored"]["lifetime_from"] == row.from);
    CHECK(told["stored"]["ttl"] == row.ttl);
    CHECK(told["stored"]["bytes"] == 5);
    CHECK(fs::exists(edge.path + '/' + told["stored"]["file"].get<std::string>()));
  }
}

TEST_CASE("tags, purges, variants, what cannot be stored, what is not there") {
  Edge edge;
  edge.store("/tagged", "Cache-Control: max-age=60\r\nSurrogate-Key: a b\r\nCache-Tag: c,a\r\n");
  CHECK(edge.explained("/tagged", 1)["stored"]["tags"] == json({"a", "b", "c"}));
  {
    const Locked locked(*edge.shared);
    edge.shared->purges().purge_tag(tag_hash("b"), Hardness::soft);
  }
  CHECK(edge.explained("/tagged", 1)["purged"] == "soft");
  CHECK(edge.explained("/tagged", 1)["would"] == "revalidate");
  {
    const Locked locked(*edge.shared);
    edge.shared->purges().purge_tag(tag_hash("c"), Hardness::hard);
  }
  CHECK(edge.explained("/tagged", 1)["purged"] == "hard");
  CHECK(edge.explained("/tagged", 1)["would"] == "miss");
  CHECK(edge.explained("/tagged", 1)["state"] == "absent");

  edge.store("/varies", "Cache-Control: max-age=60\r\nVary: Accept-Encoding\r\n", "gzip, deflate");
  CHECK(edge.explained("/varies", 1, "gzip")["state"] == "fresh");
  CHECK(edge.explained("/varies", 1, "gzip")["vary"] == "accept-encoding");
  CHECK(edge.explained("/varies", 1)["because"] == "vary-miss");

  edge.store("/private", "Cache-Control: no-store\r\n");
  CHECK(edge.explained("/private", 3)["state"] == "uncacheable");
  CHECK(edge.explained("/private", 3)["uncacheable_for"] == kPassSeconds - 3);
  CHECK(edge.explained("/private", 3)["would"] == "pass");

  const json absent = edge.explained("/absent", 1);
  CHECK(absent["state"] == "absent");
  CHECK(absent["would"] == "miss");
  CHECK(absent["stored"].is_null());
  CHECK(absent["fetch"].is_null());
}

TEST_CASE("looking changes nothing") {
  Edge edge;
  edge.store("/a", "Cache-Control: max-age=60\r\n");
  const auto first = to_json(explain(*edge.worker, edge.policy, Edge::get("/a"), 1));
  for (int i = 0; i < 5; ++i) CHECK(to_json(explain(*edge.worker, edge.policy, Edge::get("/a"), 1)) == first);
}

TEST_CASE("an explanation as a person reads it") {
  constexpr char kJson[] =
      R"({"url":"h/a","key":"00","state":"fresh","would":"hit","because":"","purged":"no","remembered":false,"uncacheable_for":0,)"
      R"("vary":"accept-encoding","vary_values":"accept-encoding:gzip\n","stored":{"status":200,"age":20,"ttl":4000,"lifetime":4020,)"
      R"("lifetime_from":"Cache-Control: max-age","stale_while_revalidate":30,"stale_if_error":0,"no_cache":false,)"
      R"("must_revalidate":false,"tags":["a","b\u001b[1m"],"bytes":2600000,"disk_bytes":2605056,"memory_bytes":4096,"file":"objects/01/1",)"
      R"("queue":"small","uses":1},"fetch":{"arrived":10,"bytes":20}})";
  CHECK(explanation_text(kJson).value() ==
        "h/a\n"
        "  would be       a hit: answered from the cache\n"
        "  time           fresh, 1 h 6 min left; lives 1 h 7 min (Cache-Control: max-age), age 20 s\n"
        "  when stale     used for 30 s while it is asked again; not used when the origin fails\n"
        "  stored         status 200, 2.6 MB\n"
        "  where          objects/01/1, 2.6 MB on disk, 4.1 kB in memory; on probation, 1 use since\n"
        "  tags           a, b?[1m\n"
        "  under way      10 B of 20 B have come; a request joins\n"
        "  varies by      accept-encoding; of this request accept-encoding: gzip\n"
        "  key            00\n");
  CHECK_FALSE(explanation_text("{").has_value());
  CHECK_FALSE(explanation_text("{}").has_value());
}
