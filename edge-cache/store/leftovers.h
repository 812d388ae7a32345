// SPDX-License-Identifier: Apache-2.0
// Files that nobody will ask for: those of an index that is no more (another layout, another number of objects), and what a worker left
// that was killed between an object's file and its entry, or with removals in its queue (removals.h). Ids only grow, also over a new index
// (shared.cc): an id that was given out and that now neither the index nor a fetch under way has, will never be anyone's. Removed by a
// thread that takes its time.
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
  void look_again();  // when the look that it is at has ended

 private:
  void run();
  [[nodiscard]] bool pause();  // false: it is to end

  Shared& shared_;
  std::mutex mutex_;
  std::condition_variable changed_;
  bool stop_ = false, asked_ = true;
  std::thread thread_;
};

}  // namespace segue::edge
