// SPDX-License-Identifier: Apache-2.0
// Where the pages of a client that reads a whole list ended. The protocol has offsets only: where something that was read is withdrawn
// meanwhile, what stands behind it moves to the front, and the next offset would pass over some of it. So a page goes on behind the row
// that the page before it ended with. Bounded: the walk that was touched least lately is forgotten, and goes on by its offset alone.
// Any thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <list>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

namespace segue::opensubsonic {

class Walks {
 public:
  struct Place {
    std::int64_t offset = 0;  // so many of the list
    std::int64_t row = -1;    // end with this row
  };
  // The last known place at `offset` or before it; the beginning of the list when there is none.
  [[nodiscard]] Place place(const std::string& walk, std::int64_t offset);
  void reached(const std::string& walk, Place place);

  static constexpr std::size_t kMostWalks = 64, kMostPlaces = 4096;  // 4 MiB

 private:
  using Walk = std::pair<std::string, std::vector<Place>>;  // in the order of their offsets
  [[nodiscard]] std::list<Walk>::iterator find(const std::string& walk);
  std::mutex mutex_;
  std::list<Walk> walks_;  // what was touched last comes first
};

}  // namespace segue::opensubsonic
