// SPDX-License-Identifier: Apache-2.0
// Wakes those who wait for news: rung by whoever makes them, any thread. Rings are counted, so that none is missed between looking and
// waiting.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <mutex>

namespace segue::api {

class Bell {
 public:
  void ring();
  // Nobody waits any longer.
  void close();
  [[nodiscard]] std::uint64_t rings();
  // Until there were more rings than `heard`. False: not until then, or closed.
  [[nodiscard]] bool wait(std::uint64_t heard, std::chrono::steady_clock::time_point until);

 private:
  std::mutex mutex_;
  std::condition_variable news_;
  std::uint64_t rings_ = 0;
  bool is_closed_ = false;
};

}  // namespace segue::api
