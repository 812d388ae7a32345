// SPDX-License-Identifier: Apache-2.0
// Other nodes write to the same database: a thread that looks, a few times a second, whether they did.
#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <thread>

namespace segue::catalog {

class Lookout {
 public:
  ~Lookout() { stop(); }
  // `look` is called on the thread, each `every`, until stop() returns.
  void start(std::chrono::milliseconds every, std::function<void()> look);
  void stop();

 private:
  std::mutex mutex_;
  std::condition_variable stopped_;
  bool is_stopping_ = false;
  std::thread thread_;
};

}  // namespace segue::catalog
