// SPDX-License-Identifier: Apache-2.0
// Clients that ask edges for the same objects without a pause. A body is the number of the origin's version when it was asked.
#pragma once

#include <atomic>
#include <cstdlib>
#include <deque>
#include <string>
#include <thread>
#include <vector>

#include "tests/origin/http_client.h"

namespace segue::test {

class Listeners {
 public:
  // Each thread has a connection to every edge; /0 to /objects-1.
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
  // Who asks from now on may get nothing older.
  void nothing_before(long version) { floor_ = version; }
  void wait_for_answers(long count) const {
    for (const long seen = asked_; asked_ < seen + count;) std::this_thread::yield();
  }
  [[nodiscard]] long asked() const { return asked_; }
  [[nodiscard]] long stale() const { return stale_; }

 private:
  void listen(const std::vector<int>& ports, int objects, int turn) {
    std::deque<HttpConnection> connections;
    for (const int port : ports) connections.emplace_back(port);
    for (int i = turn; !over_; ++i) {
      const long floor = floor_;
      const Response answer = connections[static_cast<std::size_t>(i) % ports.size()].get('/' + std::to_string(i / 2 % objects));
      if (std::atol(answer.body.c_str()) < floor) ++stale_;
      ++asked_;
    }
  }
  std::atomic<bool> over_{false};
  std::atomic<long> floor_{0}, asked_{0}, stale_{0};
  std::vector<std::thread> threads_;
};

}  // namespace segue::test
