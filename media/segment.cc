// SPDX-License-Identifier: Apache-2.0
#include "media/segment.h"

#include <algorithm>
#include <cassert>

namespace segue::media {

void SegmentIndex::begin_file(std::uint64_t first_byte) {
  files_.push_back({static_cast<std::uint32_t>(entries_.size()), first_byte});
  next_byte_ = first_byte;
}

void SegmentIndex::append(std::uint32_t size_bytes, std::uint32_t duration) {
  if (entries_.empty()) end_ = start_;
  if (entries_.size() % kStride == 0) checkpoints_.push_back({next_byte_, end_});
  entries_.push_back({size_bytes, duration});
  next_byte_ += size_bytes;
  total_bytes_ += size_bytes;
  end_ += duration;
  max_duration_ = std::max(max_duration_, duration);
}

void SegmentIndex::reserve(std::size_t segments) {
  entries_.reserve(segments);
  checkpoints_.reserve(segments / kStride + 1);
}

void SegmentIndex::shrink_to_fit() {
  entries_.shrink_to_fit();
  checkpoints_.shrink_to_fit();
  files_.shrink_to_fit();
}

Segment SegmentIndex::at(std::size_t i) const noexcept {
  assert(i < entries_.size());
  const Checkpoint& from = checkpoints_[i / kStride];
  Segment segment{0, from.offset, entries_[i].bytes, from.start, entries_[i].duration};

  // The file that holds segment i: the last one that starts at or before it.
  const auto after =
      std::upper_bound(files_.begin(), files_.end(), i, [](std::size_t n, const FileStart& f) { return n < f.first_segment; });
  std::size_t count_from = i / kStride * kStride;
  if (after != files_.begin()) {
    const auto file = after - 1;
    segment.file = static_cast<std::uint32_t>(file - files_.begin());
    if (file->first_segment >= count_from) segment.offset = file->first_byte;
    for (std::size_t k = std::max<std::size_t>(count_from, file->first_segment); k < i; ++k) segment.offset += entries_[k].bytes;
  } else {
    for (std::size_t k = count_from; k < i; ++k) segment.offset += entries_[k].bytes;
  }
  for (std::size_t k = count_from; k < i; ++k) segment.start += entries_[k].duration;
  return segment;
}

SegmentIndex::Walk SegmentIndex::walk() const noexcept { return Walk(*this); }

SegmentIndex::Walk::Walk(const SegmentIndex& index) noexcept : index_(&index) {
  segment_.start = index.start_;
  enter();
}

void SegmentIndex::Walk::enter() noexcept {
  const auto& files = index_->files_;
  while (next_file_ < files.size() && files[next_file_].first_segment <= number_) {
    segment_.file = static_cast<std::uint32_t>(next_file_);
    segment_.offset = files[next_file_].first_byte;
    ++next_file_;
  }
  if (done()) return;
  segment_.size = index_->entries_[number_].bytes;
  segment_.duration = index_->entries_[number_].duration;
}

std::size_t SegmentIndex::memory_bytes() const noexcept {
  return entries_.capacity() * sizeof(Size) + checkpoints_.capacity() * sizeof(Checkpoint) + files_.capacity() * sizeof(FileStart);
}

}  // namespace segue::media
