// SPDX-License-Identifier: Apache-2.0
// Edges that shield each other, asked for the same at the same moment.
#include <algorithm>
#include <atomic>
#include <deque>
#include <memory>
#include <string>

#include "edge-cache/balance/rank.h"
#include "tests/catch.h"
#include "tests/edge-cache/served.h"

using namespace segue::test;

namespace {

// A road to an edge. What goes along it first, to an address, is held until as much is under way on all of them.
class Road {
 public:
  struct Crossing {
    std::atomic<int> held = 0;
    int roads = 0;
  };
  explicit Road(Crossing& crossing) : crossing_(crossing), relay_([this](const OriginServer::Exchange& asked) { return carry(asked); }) {}
  [[nodiscard]] int port() const noexcept { return relay_.port(); }
  [[nodiscard]] std::string url() const { return "http://127.0.0.1:" + std::to_string(relay_.port()); }
  [[nodiscard]] int requests(const std::string& path) { return relay_.requests(path); }
  void leads_to(int port) { port_ = port; }

 private:
  bool carry(const OriginServer::Exchange& asked) {
    ++crossing_.held;
    while (crossing_.held < crossing_.roads) std::this_thread::yield();
    std::string head = asked.head;
    head.insert(head.size() - 2, "Connection: close\r\n");
    asked.send(Client(port_, head).read_to_end());
    return false;
  }
  Crossing& crossing_;
  std::atomic<int> port_ = 0;
  OriginServer relay_;
};

// Of two servers, whom an edge asks first.
bool asks_first(int port, int other, const std::string& path) {
  using namespace segue::balance;
  const auto score_of = [&](int of) { return score(hash_of("127.0.0.1:" + std::to_string(of)), hash_of("h" + path), 1); };
  return score_of(port) > score_of(other);
}

// Waits until a counter of the edge is so large.
bool counts(const EdgeProcess& edge, const std::string& name, int least) {
  for (int i = 0; i < 20000; ++i) {
    const std::string metrics = http_get(edge.status_port(), "/metrics").body;
    const std::size_t at = metrics.find("\n" + name + " ");
    if (at != std::string::npos && std::stoi(metrics.substr(at + name.size() + 2)) >= least) return true;
  }
  return false;
}

}  // namespace

TEST_CASE("edges that shield each other, asked for the same at the same moment, do not wait for each other") {
  const int count = GENERATE(2, 3);
  CAPTURE(count);
  OriginServer origin([](const OriginServer::Exchange& asked) {
    asked.send(ten("0123456789"));
    return true;
  });
  Road::Crossing crossing;
  std::deque<Road> roads;
  std::deque<EdgeFolder> folders;
  std::deque<EdgeProcess> edges;
  for (int i = 0; i < count; ++i) {
    roads.emplace_back(crossing);
    folders.emplace_back();
    edges.emplace_back(folders.back().path, origin.port(),
                       std::vector<std::string>{"--shield", roads.back().url(), "--name", "edge-" + std::to_string(i), "--timeout", "30"});
  }
  for (int i = 0; i < count; ++i) roads[static_cast<std::size_t>(i)].leads_to(edges[static_cast<std::size_t>((i + 1) % count)].port());
  for (int round = 0; round < 3; ++round) {
    const std::string path = "/" + std::to_string(round);
    crossing.held = 0;
    crossing.roads = count;
    std::deque<Client> clients;
    for (const EdgeProcess& edge : edges) clients.emplace_back(edge.port(), get(path));
    for (Client& client : clients) CHECK(ends_with(client.read_to_end(), "\r\n\r\n0123456789"));
    CHECK(origin.requests(path) == 1);  // a timeout would send all of them there
    CHECK(std::all_of(roads.begin(), roads.end(), [&](Road& road) { return road.requests(path) >= 1; }));
  }
}

TEST_CASE("peers without a backup, asked for the same at the same moment, do not wait for each other once they know each other") {
  OriginServer origin([](const OriginServer::Exchange& asked) {
    asked.send(ten("0123456789"));
    return true;
  });
  Road::Crossing crossing;
  std::deque<Road> roads;
  std::deque<EdgeFolder> folders;
  std::deque<EdgeProcess> edges;
  for (int i = 0; i < 2; ++i) {
    roads.emplace_back(crossing);
    folders.emplace_back();
    edges.emplace_back(folders.back().path, origin.port(),
                       std::vector<std::string>{"--origin", roads.back().url(), "--name", "edge-" + std::to_string(i), "--timeout", "30"});
  }
  for (std::size_t i = 0; i < 2; ++i) roads[i].leads_to(edges[1 - i].port());
  const auto take_roads = [&](const std::string& path) {
    return std::all_of(roads.begin(), roads.end(), [&](const Road& road) { return asks_first(road.port(), origin.port(), path); });
  };
  int round = 0;
  for (int number = 0; round < 4; ++number) {
    const std::string path = "/" + std::to_string(number);
    if (!take_roads(path)) continue;
    const bool at_once = round++ > 1;  // one after the other at first
    crossing.held = 0;
    crossing.roads = at_once ? 2 : 1;
    std::deque<Client> clients;
    for (const EdgeProcess& edge : edges) {
      clients.emplace_back(edge.port(), get(path));
      if (!at_once) (void)clients.back().read_to_end();
    }
    for (Client& client : clients) CHECK(ends_with(client.read_to_end(), "\r\n\r\n0123456789"));
    CHECK(origin.requests(path) == 1);
  }
}

TEST_CASE("a shield in front of origins, one of them a backup, asks once for all its edges, wherever their nodes stand") {
  Gate answer;
  OriginServer origin([&](const OriginServer::Exchange& asked) {
    if (asked.path() == "/herd") answer.wait();
    asked.send(ten("0123456789"));
    return true;
  });
  const EdgeFolder folder;
  const EdgeProcess shield(
      folder.path, origin.port(),
      {"--shield", "http://127.0.0.1:" + std::to_string(origin.port()), "--origin", "http://127.0.0.2:" + std::to_string(origin.port())});
  CHECK(http_get(shield.port(), "/first").status == 200);  // by that it knows them
  std::deque<Client> edges;
  for (const char* node : {"0", "4", "8", "c", "f", "fffffffffffffffffffffffffffffffe"})
    edges.emplace_back(shield.port(), get("/herd", std::string("CDN-Loop: edge; node=") + node + "\r\n"));
  CHECK(counts(shield, "segue_edge_collapsed_total", 5));
  answer.open();
  for (Client& edge : edges) CHECK(ends_with(edge.read_to_end(), "0123456789"));
  CHECK(origin.requests("/herd") == 1);
}

TEST_CASE("a body that breaks off in two edges, each fed by the other or by one origin, is fetched on past them") {
  Gate breaks;
  OriginServer origin([&](const OriginServer::Exchange& asked) {
    if (asked.head.find("Range: bytes=5-") != std::string::npos) {
      asked.send("HTTP/1.1 206 P\r\nETag: \"e\"\r\nContent-Range: bytes 5-9/10\r\nContent-Length: 5\r\n\r\n56789");
      return true;
    }
    asked.send(ten("01234"));
    breaks.wait();
    return false;
  });
  std::atomic<bool> is_open = false;
  std::atomic<int> port_of_second = 0;
  OriginServer road([&](const OriginServer::Exchange& asked) {
    if (!is_open) return false;
    std::string head = asked.head;
    head.insert(head.size() - 2, "Connection: close\r\n");
    asked.send(Client(port_of_second, head).read_to_end());
    return false;
  });
  const EdgeFolder folders[2];
  const EdgeProcess first(folders[0].path, origin.port(),
                          {"--shield", "http://127.0.0.1:" + std::to_string(road.port()), "--name", "first", "--timeout", "30"});
  const EdgeProcess second(folders[1].path, origin.port(),
                           {"--shield", "http://127.0.0.1:" + std::to_string(first.port()), "--name", "second", "--timeout", "30"});
  port_of_second = second.port();
  Client of_first(first.port(), get("/a"));
  (void)of_first.read_until("01234");
  is_open = true;
  Client of_second(second.port(), get("/a"));
  CHECK(ends_with(of_second.read_until("01234"), "01234"));
  breaks.open();
  CHECK(ends_with(of_first.read_to_end(), "0123456789"));
  CHECK(ends_with(of_second.read_to_end(), "0123456789"));
  CHECK(counts(second, "segue_edge_passes_total", 1));  // nobody waited until a time was over
  CHECK(road.requests("/a") == 2);                      // the beginning, which it did not take, and the rest
  CHECK(origin.requests("/a") == 2);
}
