// SPDX-License-Identifier: Apache-2.0
// The disk's room for bodies that arrive. What a file will take is promised to it before its first byte is written, in memory that all
// workers share: of two that come at once the second one knows of the first, and neither meets a full disk in the middle unless somebody
// else fills it. A promise is a number, no blocks: fallocate() waits for the journal, up to 108 ms beside other misses
// (docs/performance.md). It goes down as bytes are written, for from then on the disk itself tells of them, and ends with its file, or with
// its worker.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>

namespace segue::edge {

inline constexpr std::uint32_t kMostWorkers = 128;

// Of all workers. Any thread at any time.
class Promises {
 public:
  void clear(std::uint16_t worker) noexcept;  // it starts, or is gone
  [[nodiscard]] std::uint64_t sum() const noexcept;

 private:
  friend class Room;
  struct Place {
    std::atomic<std::uint32_t> generation;  // what is given back after clear() was another one's
    std::atomic<std::int64_t> bytes;
  };
  std::array<Place, kMostWorkers> places_{};
};

// Of one file.
class Room {
 public:
  Room(Promises& promises, std::uint16_t worker) noexcept;
  ~Room() { give_back(held_); }
  Room(const Room&) = delete;
  Room& operator=(const Room&) = delete;

  // So many bytes more, on the disk of that open file. 0: they are promised, or the disk does not say what it has. Else how many are
  // missing; nothing more is promised then.
  [[nodiscard]] std::uint64_t take(int file, std::uint64_t bytes) noexcept;
  void wrote(std::uint64_t bytes) noexcept { give_back(bytes < held_ ? bytes : held_); }
  [[nodiscard]] std::uint64_t held() const noexcept { return held_; }  // promised and not yet written

 private:
  void give_back(std::uint64_t bytes) noexcept;

  Promises& promises_;
  Promises::Place& place_;
  const std::uint32_t generation_;
  std::uint64_t held_ = 0;
};

}  // namespace segue::edge
