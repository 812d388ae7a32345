// SPDX-License-Identifier: Apache-2.0
// Files and open objects that go, by a thread of their own: an unlink() or the last close() of a file waits for the file system's journal,
// which with a million files and misses beside it took up to 1.2 s (docs/performance.md), and nobody waits for its end. What waits is
// bounded, in files and so in bytes: a caller who is faster than the disk does it himself. What waits when its process is killed is
// removed by the next look for leftovers (leftovers.h).
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <thread>
#include <vector>

#include "edge-cache/store/open_objects.h"

namespace segue::edge {

class Removals {
 public:
  explicit Removals(const ObjectFiles& files) : files_(files) {}
  ~Removals();  // after the last of what waits
  Removals(const Removals&) = delete;
  Removals& operator=(const Removals&) = delete;

  // From now on by a thread. Until then, and where none is to be had, each call does it.
  void start();
  static constexpr std::size_t kMostWaiting = 4096, kLeastWaiting = 64;
  // As many may wait as take a hundredth of the cache, on the average of what it holds.
  void bound(std::uint64_t cache_bytes, std::uint64_t held_bytes, std::uint64_t held_objects);
  [[nodiscard]] std::size_t most_waiting();
  void complete(std::uint64_t id);
  void arriving(std::uint64_t id);
  void release(ObjectPointer object);  // closed here, unless somebody still sends it
  void wait();                         // until all that waits now is done: the disk has its room
  // The same, or until so long has passed: every client of a worker waits with it.
  void wait(std::chrono::milliseconds most);

 private:
  struct One {
    std::uint64_t id = 0;
    bool is_arriving = false;
    ObjectPointer object = nullptr;
  };
  void add(One one);
  void remove(One& one) const;
  void run();

  const ObjectFiles& files_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<One> waiting_;
  std::size_t most_ = kMostWaiting;
  std::uint64_t added_ = 0, done_ = 0;  // of the thread's
  bool busy_ = false, stop_ = false;
  std::thread thread_;
};

}  // namespace segue::edge
