// SPDX-License-Identifier: Apache-2.0
// What one thread makes and another takes, at most `capacity` items of it at a time: the bound that keeps memory flat and, because the
// fastest encoder waits for the slowest, all cores busy until the end.
//   push ... push close   the taker gets every item, then nothing
//   abort                 both sides return at once, items are dropped
#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <mutex>
#include <optional>
#include <utility>

namespace segue::transcoder {

template <class T>
class BoundedQueue {
 public:
  explicit BoundedQueue(std::size_t capacity) : capacity_(capacity) {}

  // Waits for room. False: aborted, the item is gone.
  [[nodiscard]] bool push(T item) {
    std::unique_lock lock(mutex_);
    room_.wait(lock, [&] { return items_.size() < capacity_ || aborted_; });
    if (aborted_) return false;
    items_.push_back(std::move(item));
    lock.unlock();
    filled_.notify_one();
    return true;
  }

  // The same without a wait. False: no room, `item` is as it was; or aborted.
  [[nodiscard]] bool try_push(T& item) {
    const std::lock_guard lock(mutex_);
    if (aborted_ || items_.size() >= capacity_) return false;
    items_.push_back(std::move(item));
    filled_.notify_one();
    return true;
  }

  // 0: empty, 1: full.
  [[nodiscard]] double fullness() const {
    const std::lock_guard lock(mutex_);
    return static_cast<double>(items_.size()) / static_cast<double>(capacity_);
  }

  // Waits for an item. Nothing: closed and empty, or aborted.
  [[nodiscard]] std::optional<T> pop() {
    std::unique_lock lock(mutex_);
    filled_.wait(lock, [&] { return !items_.empty() || closed_ || aborted_; });
    if (aborted_ || items_.empty()) return std::nullopt;
    std::optional<T> item(std::move(items_.front()));
    items_.pop_front();
    lock.unlock();
    room_.notify_one();
    return item;
  }

  // The same without a wait. Nothing: empty, or aborted.
  [[nodiscard]] std::optional<T> try_pop() {
    std::unique_lock lock(mutex_);
    if (aborted_ || items_.empty()) return std::nullopt;
    std::optional<T> item(std::move(items_.front()));
    items_.pop_front();
    lock.unlock();
    room_.notify_one();
    return item;
  }

  // Nothing more will ever come out of it.
  [[nodiscard]] bool ended() const {
    const std::lock_guard lock(mutex_);
    return aborted_ || (closed_ && items_.empty());
  }

  // A taker has something to do: items, or the end.
  [[nodiscard]] bool stirred() const {
    const std::lock_guard lock(mutex_);
    return aborted_ || closed_ || !items_.empty();
  }

  void close() {
    const std::lock_guard lock(mutex_);
    closed_ = true;
    filled_.notify_all();
  }

  void abort() {
    const std::lock_guard lock(mutex_);
    aborted_ = true;
    items_.clear();
    filled_.notify_all();
    room_.notify_all();
  }

 private:
  const std::size_t capacity_;
  mutable std::mutex mutex_;
  std::condition_variable room_, filled_;
  std::deque<T> items_;
  bool closed_ = false, aborted_ = false;
};

}  // namespace segue::transcoder
