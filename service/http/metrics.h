// SPDX-License-Identifier: Apache-2.0
// Counts and durations of one router's requests, for Prometheus. Each route has its own counters; the last slot takes what no route
// answered. Counters are atomics: any thread adds, a scrape reads them one by one.
#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "service/http/router.h"

namespace segue::service::http {

class Metrics {
 public:
  explicit Metrics(const Router& router);
  void count(std::size_t route, unsigned status, std::chrono::nanoseconds took) noexcept;
  [[nodiscard]] std::string text() const;  // Prometheus' text format 0.0.4
  [[nodiscard]] std::size_t no_route() const noexcept { return names_.size() - 1; }

 private:
  static constexpr std::array<double, 8> kBounds{0.0005, 0.001, 0.0025, 0.005, 0.01, 0.05, 0.25, 1};  // seconds
  struct Slot {
    std::array<std::atomic<std::uint64_t>, 6> by_class{};  // 1xx … 5xx, other
    std::array<std::atomic<std::uint64_t>, kBounds.size() + 1> by_time{};
    std::atomic<std::uint64_t> nanoseconds{0};
  };
  std::vector<std::string> names_;  // labels
  std::unique_ptr<Slot[]> slots_;
};

}  // namespace segue::service::http
