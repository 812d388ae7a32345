// SPDX-License-Identifier: Apache-2.0
// Objects of an index that is no more (another layout, another number of objects): set aside as they are when a new index is made
// (ObjectFiles::set_aside()), removed by a thread that takes its time. Whatever a start finds set aside is refuse.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <mutex>
#include <string>
#include <thread>

namespace segue::edge {

// Removes up to `most` files and folders of what is set aside in the cache folder; returns how many, 0: nothing is left that can be
// removed.
std::size_t remove_leftovers(const std::string& folder, std::size_t most);

class Leftovers {
 public:
  explicit Leftovers(std::string folder);
  ~Leftovers();  // what is not removed by then is the next one's
  Leftovers(const Leftovers&) = delete;
  Leftovers& operator=(const Leftovers&) = delete;

 private:
  void run();
  [[nodiscard]] bool pause();  // false: it is to end

  const std::string folder_;
  std::mutex mutex_;
  std::condition_variable stopped_;
  bool stop_ = false;
  std::thread thread_;
};

}  // namespace segue::edge
