// SPDX-License-Identifier: Apache-2.0
// Retries at the cost of requests: each request earns a part of a retry, each retry spends one. When everything fails, retries then add a
// fifth to the load of what is left, instead of multiplying it. A few are always saved up, for edges with little traffic. Pure.
#pragma once

#include <algorithm>
#include <cstdint>

namespace segue::balance {

class Budget {
 public:
  explicit Budget(std::uint32_t percent = 20, std::uint32_t saved = 10) noexcept : percent_(percent), most_(saved * 100), have_(most_) {}
  void earn() noexcept { have_ = std::min(most_, have_ + percent_); }
  // False: there is none left.
  bool spend() noexcept {
    if (have_ < 100) return false;
    have_ -= 100;
    return true;
  }

 private:
  std::uint32_t percent_, most_, have_;  // hundredths of a retry
};

}  // namespace segue::balance
