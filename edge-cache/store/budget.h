// SPDX-License-Identifier: Apache-2.0
// Bytes that may be fetched before anybody asked for them: a bucket that fills by so many a second and holds two seconds' worth, in memory
// that all workers share. What a fetch brings is taken out as it comes, so the bucket may end below zero; then nothing starts until that is
// made up for.
#pragma once

#include <atomic>
#include <cstdint>

namespace segue::edge {

class Budget {
 public:
  // Is there anything left at `now` (Unix seconds)? One caller at a time: the lock is held.
  [[nodiscard]] bool open(std::int64_t now, std::uint64_t bytes_per_second) noexcept;
  void spend(std::uint64_t bytes) noexcept { left_.fetch_sub(static_cast<std::int64_t>(bytes), std::memory_order_relaxed); }

 private:
  std::atomic<std::int64_t> left_{0};  // spent by any worker at any time
  std::int64_t filled_ = 0;
};

}  // namespace segue::edge
