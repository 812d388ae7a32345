// SPDX-License-Identifier: Apache-2.0
// Many clients that ask at the same moment, on one thread: when did the first byte of each body come, and the last?
#pragma once

#include <string>
#include <vector>

namespace segue::bench {

struct HerdResult {
  std::vector<double> first_ms, last_ms;  // sorted; of the clients that got the whole body
  std::size_t failed = 0;
};

// Client i asks for `paths[i % paths.size()]`. All are connected before the first asks.
[[nodiscard]] HerdResult run_herd(int port, std::size_t clients, const std::vector<std::string>& paths, std::size_t body_bytes);

[[nodiscard]] double percentile(const std::vector<double>& sorted, double part);

}  // namespace segue::bench
