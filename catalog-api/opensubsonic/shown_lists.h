// SPDX-License-Identifier: Apache-2.0
// Which revision of a playlist a device was shown the last time. The protocol names songs of a list by their places and says of which list:
// while somebody else edits, the third song of what the client shows is another one's third. So places are looked up in what it was shown.
// Bounded: of what is forgotten, places are those of the newest list. Any thread.
#pragma once

#include <list>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <utility>

namespace segue::opensubsonic {

class ShownLists {
 public:
  using Key = std::pair<std::string, std::string>;  // Call::device(), the list's id
  [[nodiscard]] std::optional<std::string> revision(const Key& key);
  void show(const Key& key, const std::string& revision);
  void forget(const Key& key);

  static constexpr std::size_t kMost = 4096;  // 2 MiB

 private:
  using Order = std::list<Key>;  // what was shown last comes first
  std::mutex mutex_;
  Order order_;
  std::map<Key, std::pair<std::string, Order::iterator>> shown_;
};

}  // namespace segue::opensubsonic
