// SPDX-License-Identifier: Apache-2.0
#include <set>
#include <sstream>

#include "tests/catch.h"
#include "tests/edge-cache/upstream/fixture.h"

using namespace segue::test;

namespace {

std::string up(const Origin& origin) { return "segue_edge_upstream_up{upstream=\"origins\",origin=\"" + origin.address() + "\"}"; }

// What Prometheus' own checker asks for: each metric's lines behind each other, and its type before them.
void check_exposition(const std::string& text) {
  std::istringstream lines(text);
  std::set<std::string> over;
  std::string current;
  for (std::string line; std::getline(lines, line);) {
    CAPTURE(line);
    if (line.starts_with("# TYPE ")) {
      current = line.substr(7, line.find(' ', 7) - 7);
      CHECK(over.insert(current).second);
    } else if (!line.starts_with("#")) {
      const std::string name = line.substr(0, line.find_first_of("{ "));
      const bool of_histogram = name == current + "_bucket" || name == current + "_sum" || name == current + "_count";
      CHECK((name == current || of_histogram));
      CHECK(line.find(' ') != std::string::npos);
    }
  }
  CHECK(text.ends_with("\n"));
}

}  // namespace

TEST_CASE("an address keeps its origin; who is killed is stood in for, ejected, and probed back") {
  Tiers tiers;
  for (const char* name : {"a", "b", "c"}) tiers.add_origin(name);
  const int edge = tiers.add_edge({});
  std::set<std::string> seen;
  for (int i = 0; i < 30; ++i) {
    const std::string path = "/x/" + std::to_string(i);
    const std::string origin = http_get(edge, path).field("x-origin");
    // The same edge asks again past its cache: the same origin.
    CHECK(http_get(edge, path, {"Cache-Control: no-cache"}).field("x-origin") == origin);
    seen.insert(origin);
  }
  CHECK(seen == std::set<std::string>{"a", "b", "c"});
  check_exposition(http_get(edge, "/metrics").body);

  tiers.origin(1).kill();
  CHECK(ask_until(edge, up(tiers.origin(1)), "0") == 0);
  for (int i = 0; i < 50; ++i) CHECK(http_get(edge, "/y/" + std::to_string(i)).status == 200);
  tiers.origin(1).start();
  CHECK(ask_until(edge, up(tiers.origin(1)), "1") == 0);
}

TEST_CASE("who hangs is noticed by checks before many listeners wait, and is back when it answers again") {
  Tiers tiers;
  for (const char* name : {"a", "b"}) tiers.add_origin(name);
  const int edge = tiers.add_edge({.check = "segue_edge_check path=/health interval=50ms timeout=100ms;"});
  tiers.origin(0).hang();
  CHECK(ask_until(edge, up(tiers.origin(0)), "0") == 0);
  // Out: nobody waits for it any more, and no request tries it.
  const std::string asked = "segue_edge_upstream_requests_total{upstream=\"origins\",origin=\"" + tiers.origin(0).address() + "\"}";
  const std::string before = metric(edge, asked);
  for (int i = 0; i < 50; ++i) CHECK(http_get(edge, "/y/" + std::to_string(i)).field("x-origin") == "b");
  CHECK(metric(edge, asked) == before);
  tiers.origin(0).go_on();
  CHECK(ask_until(edge, up(tiers.origin(0)), "1") == 0);
}

TEST_CASE("who answers 503 at once draws no requests: it is out, and back when it is well") {
  Tiers tiers;
  for (const char* name : {"a", "b"}) tiers.add_origin(name);
  const int edge = tiers.add_edge({});
  tiers.origin(0).fail();
  CHECK(ask_until(edge, up(tiers.origin(0)), "0") >= 2);  // each 503 is an answer: nobody else is asked
  // Out: but for one probe after 200 ms, 400 ms and so on, all are the other's.
  int failed = 0;
  for (int i = 0; i < 200; ++i) failed += http_get(edge, "/y/" + std::to_string(i)).status != 200;
  CHECK(failed <= 5);
  CHECK(metric(edge, up(tiers.origin(1))) == "1");
  tiers.origin(0).recover();
  (void)ask_until(edge, up(tiers.origin(0)), "1");
}

TEST_CASE("checks over TLS: who has no certificate for the name is out, and is back with one") {
  Tiers tiers;
  const Certificate good(tiers.folder(), "media.test"), other(tiers.folder(), "other.test");
  const std::string both = tiers.folder() + "/both.pem";
  REQUIRE(::system(("cat " + good.file + ' ' + other.file + " >" + both).c_str()) == 0);
  std::string addresses[] = {"127.0.0.1:" + std::to_string(free_port()), ""};
  tiers.add_origin("a", good.lines(addresses[0]));
  addresses[1] = "127.0.0.1:" + std::to_string(free_port());
  tiers.add_origin("b", other.lines(addresses[1]));
  const auto is_up = [&](int i) { return "segue_edge_upstream_up{upstream=\"origins\",origin=\"" + addresses[i] + "\"}"; };
  for (const char* what : {"path=/health", "connect"}) {
    CAPTURE(what);
    const int edge =
        tiers.add_edge({.name = std::string("edge-") + what[0],
                        .servers = "server " + addresses[0] + "; server " + addresses[1] + ";\n",
                        .check = std::string("segue_edge_check ") + what + " tls=media.test trusted=" + both + " interval=50ms timeout=1s;",
                        .scheme = "https",
                        .trusted = "segue_edge_trusted_certificate " + both + ";"});
    (void)ask_until(edge, is_up(1), "0");
    for (int i = 0; i < 20; ++i) CHECK(http_get(edge, "/t/" + std::to_string(i)).field("x-origin") == "a");
    tiers.origin(0).hang();
    (void)ask_until(edge, is_up(0), "0");  // the kernel takes connections, but nobody shakes hands
    tiers.origin(0).go_on();
    (void)ask_until(edge, is_up(0), "1");
    tiers.kill_edge(edge);
  }
}

TEST_CASE("all are down: what is stale stands in, the rest fails at once, and comes back") {
  Tiers tiers;
  for (const char* name : {"a", "b"}) tiers.add_origin(name);
  const int edge = tiers.add_edge({});
  const std::string body = http_get(edge, "/stale/1").body;
  for (std::size_t i : {0, 1}) tiers.origin(i).kill();
  for (int i = 0; i < 20; ++i) {
    const Response answer = http_get(edge, "/stale/1");
    CHECK(answer.body == body);
    CHECK(answer.field("cache-status").find("hit") != std::string::npos);
    CHECK(http_get(edge, "/never/" + std::to_string(i)).status == 502);
  }
  CHECK(metric(edge, up(tiers.origin(0))) == "0");
  CHECK(metric(edge, up(tiers.origin(1))) == "0");
  tiers.origin(0).start();
  (void)ask_until(edge, up(tiers.origin(0)), "1");
  CHECK(http_get(edge, "/never/1").status == 200);
}
