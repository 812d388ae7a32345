// SPDX-License-Identifier: Apache-2.0
// Clients that ask edges for the same objects without a pause, and look at how old what they get may be.
#pragma once

#include <atomic>
#include <chrono>
#include <cmath>
#include <cstdlib>
#include <deque>
#include <string>
#include <thread>
#include <vector>

#include "tests/origin/http_client.h"

namespace segue::test {

class Listeners {
 public:
  // Each thread has a connection to every edge; /v/a/0 to /v/a/objects-1, of an origin that says when it was asked (X-Time, seconds).
  Listeners(const std::vector<int>& ports, int threads, int objects) {
    for (int i = 0; i < threads; ++i) threads_.emplace_back([this, ports, objects, i] { listen(ports, objects, i); });
  }
  ~Listeners() { stop(); }
  Listeners(const Listeners&) = delete;
  Listeners& operator=(const Listeners&) = delete;

  void stop() {
    over_ = true;
    for (std::thread& thread : threads_) thread.join();
    threads_.clear();
  }
  // From now on nobody may get what the origin said before that moment.
  void nothing_older_than(long long ms) { floor_ = ms - kClock; }
  [[nodiscard]] long asked() const { return asked_; }
  [[nodiscard]] long stale() const { return stale_; }

  static long long now_ms() {
    return std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::system_clock::now().time_since_epoch()).count();
  }

 private:
  // nginx reads the clock once for all that it finds at one look: what it says is older by as long as it takes to answer that.
  static constexpr long long kClock = 50;
  void listen(const std::vector<int>& ports, int objects, int turn) {
    std::deque<HttpConnection> connections;
    for (const int port : ports) connections.emplace_back(port);
    for (int i = turn; !over_; ++i) {
      const long long floor = floor_;
      const Response answer = connections[static_cast<std::size_t>(i) % ports.size()].get("/v/a/" + std::to_string(i / 2 % objects));
      if (std::llround(std::strtod(answer.field("x-time").c_str(), nullptr) * 1000) < floor) ++stale_;
      ++asked_;
    }
  }
  std::atomic<bool> over_{false};
  std::atomic<long long> floor_{0};
  std::atomic<long> asked_{0}, stale_{0};
  std::vector<std::thread> threads_;
};

}  // namespace segue::test
