// SPDX-License-Identifier: Apache-2.0
// The bytes that a change of the index has overwritten so far, in the same memory: a worker may be killed between any two instructions, and
// whoever comes next takes the unfinished change back. A change is what leads from one whole index to the next (one object in, one out),
// so this is short, and taking it back costs microseconds whatever the index holds.
//
// Invariant: a byte of the index is only written after its old value and then the count are in the journal; the change counts when the
// count is zero again. Written by whoever holds the lock, read by another only after the writer is gone: a process ends between two
// instructions, those before it are done and those after it never were, and the kernel hands his lock on after that. So what must not be
// reordered is the compiler's order, as between a thread and its own signal handler, and no more.
#pragma once

#include <atomic>
#include <cassert>
#include <cstddef>
#include <cstdint>
#include <cstring>

namespace segue::edge {

class Journal {
 public:
  template <class T>
  void set(std::byte* memory, T& place, const T& value) noexcept {
    static_assert(sizeof(T) <= kMostBytes);
    const std::uint32_t count = count_.load(std::memory_order_relaxed);
    assert(count < kMostRecords);
    Record& record = records_[count % kMostRecords];  // shared memory: whatever stands there, nothing outside is written
    record.at = static_cast<std::uint64_t>(reinterpret_cast<std::byte*>(&place) - memory);
    record.size = sizeof(T);
    std::memcpy(record.old, &place, sizeof(T));
    count_.store(count + 1, std::memory_order_release);
    std::atomic_signal_fence(std::memory_order_seq_cst);
    place = value;
  }
  void commit() noexcept {
    std::atomic_signal_fence(std::memory_order_seq_cst);
    count_.store(0, std::memory_order_release);
  }
  // Whoever is killed in here leaves what the next one finishes. False: it is not a journal.
  [[nodiscard]] bool undo(std::byte* memory, std::size_t bytes) noexcept {
    if (count_ > kMostRecords) return false;
    for (std::uint32_t left = count_; left > 0; --left) {
      const Record& record = records_[left - 1];
      if (record.size > kMostBytes || record.at > bytes || bytes - record.at < record.size) return false;
      std::memcpy(memory + record.at, record.old, record.size);
      count_.store(left - 1, std::memory_order_release);
    }
    return true;
  }

 private:
  static constexpr std::uint32_t kMostRecords = 32;  // the longest change takes 16
  static constexpr std::size_t kMostBytes = 88;      // an entry
  struct Record {
    std::uint64_t at;
    std::uint32_t size;
    std::byte old[kMostBytes];
  };
  Record records_[kMostRecords];
  std::atomic<std::uint32_t> count_;
};

}  // namespace segue::edge
