// SPDX-License-Identifier: Apache-2.0
// Edges that shield each other, asked for the same at the same moment.
#include <algorithm>
#include <atomic>
#include <deque>
#include <memory>
#include <string>

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
