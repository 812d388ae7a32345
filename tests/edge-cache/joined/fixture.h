// SPDX-License-Identifier: Apache-2.0
// Redis, an origin and edges with everything on, as real processes, in a folder that goes with them.
#pragma once

#include <deque>
#include <memory>
#include <string>

#include "edge-cache/purge/log.h"
#include "tests/edge-cache/purge/redis_server.h"
#include "tests/origin/http_client.h"
#include "tests/origin/nginx_server.h"

namespace segue::test {

class EdgeFixture {
 public:
  // `keys`: "off", or a key file's name in the folder, which gets one HS256 key k1.
  EdgeFixture(int edges, const std::string& keys);
  [[nodiscard]] int port(std::size_t edge) const { return edges_[edge].port(); }
  [[nodiscard]] const NginxServer& edge(std::size_t number) const { return edges_[number]; }
  [[nodiscard]] std::string folder(std::size_t edge) const { return redis_.folder() + "/edge" + std::to_string(edge); }
  [[nodiscard]] std::string keys() const { return redis_.folder() + "/keys"; }
  [[nodiscard]] RedisServer& redis() { return redis_; }
  [[nodiscard]] purge::Log& log() { return log_; }
  void kill_origin() { origin_.reset(); }
  void start_edge(const std::string& keys);
  void wait_until_alive(std::size_t edges);
  // Written, and acknowledged by every edge that is alive.
  void purge(const std::vector<purge::Order>& orders);

 private:
  RedisServer redis_;
  purge::Log log_;
  int origin_port_;
  std::unique_ptr<NginxServer> origin_;
  std::deque<NginxServer> edges_;
};

}  // namespace segue::test
