// SPDX-License-Identifier: Apache-2.0
// The segments of one track: where each begins on the clock and which bytes of which file it is.
// SegmentIndex keeps 8 bytes a segment plus a checkpoint every 32, so that a worker can hold many thousands of assets
// and find any segment without walking the track.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "media/time.h"

namespace segue::media {

struct Segment {
  std::uint32_t file = 0;      // which of the track's files (an album's timeline runs through several)
  std::uint64_t offset = 0;    // first byte in that file
  std::uint32_t size = 0;      // bytes
  Ticks start = 0;             // decode time of the first sample (tfdt), in the track's timescale
  std::uint32_t duration = 0;  // sum of the samples' durations, ticks
};

class SegmentIndex {
 public:
  // The first segment appended, or the first after `next_file`, says where bytes and time begin; the others follow on without a gap.
  void begin_file(std::uint64_t first_byte);                // the next segments lie in a further file, from first_byte on
  void set_start(Ticks start) noexcept { start_ = start; }  // media time of the first segment; before the first append
  void append(std::uint32_t size_bytes, std::uint32_t duration);
  void reserve(std::size_t segments);
  void shrink_to_fit();

  [[nodiscard]] std::size_t size() const noexcept { return entries_.size(); }
  [[nodiscard]] bool empty() const noexcept { return entries_.empty(); }
  [[nodiscard]] Segment at(std::size_t i) const noexcept;  // i < size(); O(1)
  // Of segment i alone, for passes over all of them.
  struct Size {
    std::uint32_t bytes, duration;
  };
  [[nodiscard]] Size size_of(std::size_t i) const noexcept { return entries_[i]; }
  // Walks all segments in order, cheaper than at() for each: `for (auto walk = index.walk(); !walk.done(); walk.next()) use(*walk)`.
  class Walk;
  [[nodiscard]] Walk walk() const noexcept;
  [[nodiscard]] Ticks start() const noexcept { return start_; }
  [[nodiscard]] Ticks end() const noexcept { return end_; }  // media time after the last segment
  [[nodiscard]] std::uint32_t max_duration() const noexcept { return max_duration_; }
  [[nodiscard]] std::uint64_t total_bytes() const noexcept { return total_bytes_; }
  [[nodiscard]] std::size_t memory_bytes() const noexcept;

 private:
  struct Checkpoint {
    std::uint64_t offset;
    Ticks start;
  };
  struct FileStart {
    std::uint32_t first_segment;
    std::uint64_t first_byte;
  };
  static constexpr std::size_t kStride = 32;
  std::vector<Size> entries_;
  std::vector<Checkpoint> checkpoints_;  // state before segment k * kStride
  std::vector<FileStart> files_;
  Ticks start_ = 0, end_ = 0;
  std::uint64_t next_byte_ = 0, total_bytes_ = 0;
  std::uint32_t max_duration_ = 0;
};

// Borrows the index, which must not change meanwhile.
class SegmentIndex::Walk {
 public:
  [[nodiscard]] bool done() const noexcept { return number_ == index_->entries_.size(); }
  [[nodiscard]] const Segment& operator*() const noexcept { return segment_; }
  [[nodiscard]] const Segment* operator->() const noexcept { return &segment_; }
  [[nodiscard]] std::size_t number() const noexcept { return number_; }  // from 0
  void next() noexcept {                                                 // not done()
    segment_.offset += segment_.size;
    segment_.start += segment_.duration;
    ++number_;
    enter();
  }

 private:
  friend class SegmentIndex;
  explicit Walk(const SegmentIndex& index) noexcept;
  void enter() noexcept;

  const SegmentIndex* index_;
  std::size_t number_ = 0, next_file_ = 0;
  Segment segment_;
};

}  // namespace segue::media
