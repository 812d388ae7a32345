// SPDX-License-Identifier: Apache-2.0
#include "catalog-api/api/bell.h"

namespace segue::api {

void Bell::ring() {
  {
    const std::lock_guard lock(mutex_);
    ++rings_;
  }
  news_.notify_all();
}

void Bell::close() {
  {
    const std::lock_guard lock(mutex_);
    is_closed_ = true;
  }
  news_.notify_all();
}

std::uint64_t Bell::rings() {
  const std::lock_guard lock(mutex_);
  return rings_;
}

bool Bell::wait(std::uint64_t heard, std::chrono::steady_clock::time_point until) {
  std::unique_lock lock(mutex_);
  return news_.wait_until(lock, until, [&] { return is_closed_ || rings_ > heard; }) && !is_closed_;
}

}  // namespace segue::api
