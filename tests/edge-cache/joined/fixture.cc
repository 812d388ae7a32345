// SPDX-License-Identifier: Apache-2.0
#include "tests/edge-cache/joined/fixture.h"

#include <filesystem>
#include <thread>

#include "access/key_store.h"
#include "edge-cache/purge/acks.h"
#include "tests/catch.h"

namespace segue::test {
namespace {

using namespace std::chrono_literals;

std::string made(const std::string& folder) {
  std::filesystem::create_directories(folder);
  return folder;
}

}  // namespace

EdgeFixture::EdgeFixture(int edges, const std::string& keys)
    : log_(redis_.socket()),
      origin_port_(free_port()),
      origin_(std::make_unique<NginxServer>(made(redis_.folder() + "/origin"), "tests/edge-cache/joined/origin.conf.in",
                                            std::map<std::string, std::string>{{"ORIGIN_PORT", std::to_string(origin_port_)}},
                                            origin_port_)) {
  if (keys != "off") REQUIRE(access::add_key(this->keys(), "k1", access::Algorithm::hs256));
  for (int i = 0; i < edges; ++i) start_edge(keys);
  wait_until_alive(static_cast<std::size_t>(edges));
}

void EdgeFixture::start_edge(const std::string& keys) {
  const int port = free_port();
  edges_.emplace_back(made(folder(edges_.size())), "tests/edge-cache/joined/edge.conf.in",
                      std::map<std::string, std::string>{{"EDGE_PORT", std::to_string(port)},
                                                         {"ORIGIN_PORT", std::to_string(origin_port_)},
                                                         {"REDIS", redis_.socket()},
                                                         {"KEYS", keys == "off" ? keys : this->keys()}},
                      port);
}

void EdgeFixture::wait_until_alive(std::size_t edges) {
  std::size_t found = 0;
  for (int i = 0; i < 2000 && found < edges; ++i) {  // an edge tells Redis alone that it is there
    const auto alive = log_.edges_alive();           // an error: the connection to a Redis that was killed
    found = alive ? alive->size() : 0;
    if (found < edges) std::this_thread::sleep_for(5ms);
  }
  REQUIRE(found == edges);
}

void EdgeFixture::purge(const std::vector<purge::Order>& orders) {
  std::string from = log_.newest_ack().value();
  // Who was alive a moment ago may have to tell Redis anew, where it hung for as long as the word lasts.
  std::vector<std::string> edges;
  while (edges.empty()) edges = log_.edges_alive().value();
  purge::Acks acks(log_.write(orders).value(), edges);
  for (int i = 0; i < 20 && !acks.complete(); ++i) {
    const auto news = log_.read_acks(from, 1s).value();
    for (const purge::Ack& ack : news) acks.take(ack.edge, ack.position);
  }
  REQUIRE(acks.complete());
}

}  // namespace segue::test
