// SPDX-License-Identifier: Apache-2.0
// Does anything hold up a worker's loop? One worker whose cache is full of a million objects, and beside what it stores, evicts and reads
// from the disk a tiny hit every millisecond, timed: whoever waits for a disk in the loop is seen there.
#pragma once

#include <string>

namespace segue::bench {

inline constexpr unsigned kLoopObjects = 1000000;

// Writes them into `cache` as the store does: 4 KB of disk each.
void fill_cache(const std::string& cache);

struct LoopServer {
  const char* name;
  int port;
  std::string cache;  // its folder
};
// Prints p50, p99, the worst and how many were above 10 ms; `run` makes the objects of this run new ones.
void measure_loop(const LoopServer& server, int run);

}  // namespace segue::bench
