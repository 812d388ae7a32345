// SPDX-License-Identifier: Apache-2.0
// Where the pages of a client that reads a whole list ended. The protocol has offsets only: where something that was read is withdrawn
// meanwhile, what stands behind it moves to the front, and the next offset would pass over some of it; and a database counts up to an
// offset row by row. So a page goes on behind the row that the page before it ended with. Bounded: the walk that was touched least lately
// is forgotten, and goes on by its offset alone; one that begins anew forgets itself. Two devices that nothing tells apart (user, client,
// address) are one walk: each goes on where the later of both ended that page. Any thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <list>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "service/database.h"

namespace segue::opensubsonic {

class Walks {
 public:
  struct Place {
    std::int64_t offset = 0;           // so many of the list
    std::vector<service::Value> keys;  // end with the row that has these; none: the list's beginning
  };
  // The last known place at `offset` or before it; the beginning of the list when there is none.
  [[nodiscard]] Place place(const std::string& walk, std::int64_t offset);
  void reached(const std::string& walk, Place place);

  static constexpr std::size_t kMostWalks = 64, kMostPlaces = 512;  // some 8 MiB

 private:
  using Walk = std::pair<std::string, std::vector<Place>>;  // in the order of their offsets
  [[nodiscard]] std::list<Walk>::iterator find(const std::string& walk);
  std::mutex mutex_;
  std::list<Walk> walks_;  // what was touched last comes first
};

}  // namespace segue::opensubsonic
