// SPDX-License-Identifier: Apache-2.0
// Whether a body comes fast enough. A timeout between two reads lets an origin that sends a byte now and then hold a fetch, and all who
// wait for it, for ever; a bound of the whole time (Varnish's last_byte_timeout, Traffic Server's transaction_active_timeout_out) ends
// large files and live as well. What is bounded here is the least rate, over a while: whatever is worth waiting for is faster. Pure.
#pragma once

#include <cstdint>

namespace segue::edge {

struct LeastRate {
  std::uint64_t bytes_per_second = 0;  // 0: none
  std::int64_t over_ms = 60000;        // a shorter body is never judged
};

class Pace {
 public:
  Pace(LeastRate least, std::uint64_t arrived, std::int64_t now_ms) noexcept : least_(least), from_(arrived), since_(now_ms) {}

  // `arrived`: bytes in all, some of which came just now.
  [[nodiscard]] bool keeps_up(std::uint64_t arrived, std::int64_t now_ms) noexcept {
    const std::int64_t passed = now_ms - since_;
    if (passed <= 0 || passed < least_.over_ms) return true;
    const bool fast = (arrived - from_) * 1000 / static_cast<std::uint64_t>(passed) >= least_.bytes_per_second;
    from_ = arrived;
    since_ = now_ms;
    return fast;
  }

 private:
  LeastRate least_;
  std::uint64_t from_;
  std::int64_t since_;
};

}  // namespace segue::edge
