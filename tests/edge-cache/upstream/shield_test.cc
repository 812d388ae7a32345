// SPDX-License-Identifier: Apache-2.0
#include <stdlib.h>

#include <set>

#include "tests/catch.h"
#include "tests/edge-cache/upstream/fixture.h"

using namespace segue::test;

TEST_CASE("edge, shield, origin: both tiers say what they did, and ages add up") {
  Tiers tiers;
  Origin& origin = tiers.add_origin("a");
  const int shield = tiers.add_edge({.name = "shield-1"});
  const int edge = tiers.add_edge(
      {.name = "edge-1", .servers = "server 127.0.0.1:" + std::to_string(shield) + ";\nserver " + origin.address() + " backup;\n"});
  const Response first = http_get(edge, "/song"), second = http_get(edge, "/song");
  CHECK(first.field("cache-status") ==
        "shield-1; fwd=uri-miss; fwd-status=200; stored; ttl=900, edge-1; fwd=uri-miss; fwd-status=200; stored; ttl=900");
  CHECK(second.field("cache-status").starts_with("shield-1; fwd=uri-miss; fwd-status=200; stored; ttl=900, edge-1; hit; ttl="));
  CHECK(std::atoi(second.field("age").c_str()) >= 100);  // the origin's own
  CHECK(std::atoi(second.field("age").c_str()) < 160);
  // What the shield has, another edge gets without the origin.
  const int other = tiers.add_edge({.name = "edge-2", .servers = "server 127.0.0.1:" + std::to_string(shield) + ";\n"});
  CHECK(http_get(other, "/song").field("cache-status").find("shield-1; hit; ttl=") == 0);
  // Without its shield an edge asks the origin itself.
  tiers.kill_edge(shield);
  for (int i = 0; i < 20; ++i) {
    const Response answer = http_get(edge, "/other/" + std::to_string(i));
    CHECK(answer.status == 200);
    CHECK(answer.field("cache-status").starts_with("edge-1; fwd=uri-miss"));
  }
}

TEST_CASE("what goes past the cache asks the shield that a fetch of it asks") {
  Tiers tiers;
  const Origin& origin = tiers.add_origin("a");
  std::string servers;
  for (const char* name : {"shield-1", "shield-2"}) {
    const int shield = tiers.add_edge({.name = name, .servers = "server " + origin.address() + ";\n"});
    servers += "server 127.0.0.1:" + std::to_string(shield) + ";\n";
  }
  const int edge = tiers.add_edge({.name = "edge-1", .servers = servers});
  std::set<std::string> asked;
  for (int i = 0; i < 20; ++i) {
    const std::string path = "/past/" + std::to_string(i);
    const std::string past = HttpConnection(edge).request("HEAD", path).field("cache-status").substr(0, 8);
    CHECK(past == http_get(edge, path).field("cache-status").substr(0, 8));
    asked.insert(past);
  }
  CHECK(asked == std::set<std::string>{"shield-1", "shield-2"});
}

TEST_CASE("edges that ask each other are told so, and ask a backup where there is one") {
  Tiers tiers;
  const Origin& origin = tiers.add_origin("a");
  const bool has_backup = GENERATE(false, true);
  const int ports[] = {free_port(), free_port()};
  for (const int i : {0, 1}) {
    std::string servers = "server 127.0.0.1:" + std::to_string(ports[1 - i]) + ";\n";
    if (has_backup) servers += "server " + origin.address() + " backup;\n";
    tiers.add_edge({.name = "edge-" + std::to_string(i), .servers = servers, .port = ports[i], .timeout = "60s"});
  }
  for (int i = 0; i < 6; ++i) {
    const Response answer = http_get(ports[i % 2], "/song/" + std::to_string(i));
    CHECK(answer.status == (has_backup ? 200 : 508));
    CHECK((answer.field("cache-status").find("stored") != std::string::npos) == has_backup);
  }
}

TEST_CASE("TLS to origins: the certificate is checked for segue_edge_host, connections and sessions are used again") {
  Tiers tiers;
  const Certificate certificate(tiers.folder(), "media.test");
  const std::string tls_address = "127.0.0.1:" + std::to_string(free_port());
  tiers.add_origin("a", certificate.lines(tls_address));
  const EdgeOptions good{.name = "edge-1",
                         .servers = "server " + tls_address + ";\n",
                         .scheme = "https",
                         .trusted = "segue_edge_trusted_certificate " + certificate.file + ";"};
  const int edge = tiers.add_edge(good);
  std::set<std::string> connections;
  for (int i = 0; i < 20; ++i) {
    const Response answer = http_get(edge, "/tls/" + std::to_string(i));
    CHECK(answer.status == 200);
    CHECK(answer.field("x-server-name") == "media.test");
    connections.insert(answer.field("x-connection"));
  }
  CHECK(connections.size() <= 2);  // one for each worker
  EdgeOptions stranger = good;
  stranger.name = "edge-2";
  stranger.trusted += " segue_edge_host other.test;";
  CHECK(http_get(tiers.add_edge(stranger), "/tls/1").status == 502);
}
