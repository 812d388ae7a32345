// SPDX-License-Identifier: Apache-2.0
#include "edge-cache/store/budget.h"

#include <algorithm>

namespace segue::edge {

bool Budget::open(std::int64_t now, std::uint64_t bytes_per_second) noexcept {
  const auto rate = static_cast<std::int64_t>(bytes_per_second);
  // A clock that was set back fills nothing for that moment, and goes on from where it is.
  const std::int64_t seconds = std::clamp<std::int64_t>(now - filled_, 0, 2);
  filled_ = now;
  const std::int64_t left = left_.load(std::memory_order_relaxed);
  left_.fetch_add(std::max<std::int64_t>(0, std::min(seconds * rate, 2 * rate - left)), std::memory_order_relaxed);
  return rate > 0 && left_.load(std::memory_order_relaxed) > 0;
}

}  // namespace segue::edge
