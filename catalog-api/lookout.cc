// SPDX-License-Identifier: Apache-2.0
#include "catalog-api/lookout.h"

#include <utility>

namespace segue::catalog {

void Lookout::start(std::chrono::milliseconds every, std::function<void()> look) {
  thread_ = std::thread([this, every, look = std::move(look)] {
    std::unique_lock lock(mutex_);
    while (!stopped_.wait_for(lock, every, [this] { return is_stopping_; })) {
      lock.unlock();
      look();
      lock.lock();
    }
  });
}

void Lookout::stop() {
  {
    const std::lock_guard lock(mutex_);
    is_stopping_ = true;
  }
  stopped_.notify_one();
  if (thread_.joinable()) thread_.join();
}

}  // namespace segue::catalog
