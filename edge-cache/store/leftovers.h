// SPDX-License-Identifier: Apache-2.0
// Complete objects that the index does not know: those of an index that is no more (another layout, another number of objects), and what a
// worker left that was killed between an object's file and its entry. Ids only grow, also over a new index (shared.cc): a file from before
// this edge's start that is not in the index now never will be. Removed by a thread that takes its time.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <functional>
#include <mutex>
#include <thread>

#include "edge-cache/store/shared.h"

namespace segue::edge {

// Calls `pause` between bits of work of less than a millisecond each, and ends when it says false. How many files it removed.
std::size_t remove_leftovers(Shared& shared, const std::function<bool()>& pause);

class Leftovers {
 public:
  explicit Leftovers(Shared& shared);
  ~Leftovers();  // what is not removed by then is the next one's
  Leftovers(const Leftovers&) = delete;
  Leftovers& operator=(const Leftovers&) = delete;

 private:
  void run();
  [[nodiscard]] bool pause();  // false: it is to end

  Shared& shared_;
  std::mutex mutex_;
  std::condition_variable stopped_;
  bool stop_ = false;
  std::thread thread_;
};

}  // namespace segue::edge
