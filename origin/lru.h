// SPDX-License-Identifier: Apache-2.0
// A bounded map that forgets what was used least recently. Values are shared: what a request still sends outlives its eviction.
// The bound counts bytes (or whatever `cost` means to the caller), keys and nodes included. One thread.
#pragma once

#include <cstddef>
#include <list>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>

namespace segue::origin {

template <class T>
class Lru {
 public:
  explicit Lru(std::size_t max_cost) : max_cost_(max_cost) {}

  // Null when absent; else the value becomes the most recent. No allocation.
  [[nodiscard]] std::shared_ptr<T> find(std::string_view key) {
    const auto found = places_.find(key);
    if (found == places_.end()) return nullptr;
    entries_.splice(entries_.begin(), entries_, found->second);
    return found->second->value;
  }

  // Replaces what `key` had. A value dearer than the whole bound is not kept.
  void insert(std::string_view key, std::shared_ptr<T> value, std::size_t cost) {
    erase(key);
    if (cost > max_cost_) return;
    entries_.push_front({std::string(key), std::move(value), cost});
    places_.emplace(entries_.front().key, entries_.begin());
    cost_ += cost;
    while (cost_ > max_cost_) erase(entries_.back().key);
  }

  void erase(std::string_view key) {
    const auto found = places_.find(key);
    if (found == places_.end()) return;
    const auto entry = found->second;
    cost_ -= entry->cost;
    places_.erase(found);  // before the entry: the map's key borrows from it
    entries_.erase(entry);
  }

  [[nodiscard]] std::size_t size() const noexcept { return entries_.size(); }
  [[nodiscard]] std::size_t cost() const noexcept { return cost_; }

 private:
  struct Entry {
    std::string key;
    std::shared_ptr<T> value;
    std::size_t cost;
  };
  std::list<Entry> entries_;  // most recent first
  std::unordered_map<std::string_view, typename std::list<Entry>::iterator> places_;
  std::size_t max_cost_, cost_ = 0;
};

// What a node of Lru and its key cost beside the value: list node, hash node, bucket, control block, allocator's rounding.
[[nodiscard]] inline constexpr std::size_t lru_overhead(std::size_t key_bytes) noexcept { return 224 + key_bytes; }

}  // namespace segue::origin
