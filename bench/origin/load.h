// SPDX-License-Identifier: Apache-2.0
// One run of wrk: a thread on the second core, 32 connections kept alive.
#pragma once

#include <string>

namespace segue::bench {

struct Requests {
  std::string path;  // with {id} and {n}, filled in at random for each request
  int assets = 1, first = 1, last = 1;
  bool zipf = false;
};

struct Load {
  double requests_per_second = 0, p50_ms = 0, p99_ms = 0;
};

// Ends the program when a request failed.
[[nodiscard]] Load run_load(int port, const Requests& requests, int seconds);

}  // namespace segue::bench
