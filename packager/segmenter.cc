// SPDX-License-Identifier: Apache-2.0
#include "packager/segmenter.h"

namespace segue::packager {

bool Segmenter::cuts_before(media::Ticks pts, std::uint32_t duration) noexcept {
  // The sample nearest to the instant is the first one whose middle lies after it (GridTrack::first_sample rounds the same way).
  const media::Ticks twice_middle = 2 * (pts - origin_) + duration;
  if (follows_) return reaches_instant(twice_middle);
  const auto after = [&](std::int64_t n) { return twice_middle > 2 * grid_.start_of(n) * timescale_; };
  if (!after(next_)) return false;
  // Instants that no sync sample came near are passed over: no empty segment, no doubled cut (nginx-vod#488).
  next_ = grid_.segment_at({twice_middle, 2 * timescale_});
  if (after(next_)) ++next_;
  return true;
}

bool Segmenter::reaches_instant(media::Ticks twice_middle) noexcept {
  const auto before = static_cast<std::size_t>(next_ - 1);
  while (static_cast<std::size_t>(next_ - 1) < instants_.size() && 2 * instants_[static_cast<std::size_t>(next_ - 1)] < twice_middle)
    ++next_;
  return static_cast<std::size_t>(next_ - 1) > before;
}

// A last piece is joined to the segment before it when it is shorter than half a regular segment (shaka#1496) and both together stay below
// target + 0.5 s, so that EXTINF still rounds to the target (RFC 8216 4.3.3.1, Apple 7.7).
bool Segmenter::stands_after(media::Ticks before, media::Ticks last) const noexcept {
  const media::Ticks target = grid_.segment_seconds * timescale_;
  return follows_ || last * 2 >= target || (before + last) * 2 >= target * 2 + timescale_;
}

bool Segmenter::stands(std::int64_t instant, media::Ticks end) const noexcept {
  // One length in the ticks of two rates may lie on either side of an instant; hardly one ends so long after one.
  constexpr std::int64_t kBeyondMicros = 7300;
  // Padding and half a frame more or less are in the segment as well, not in the programme.
  constexpr std::int64_t kRoomMicros = 150'000;
  if (follows_) return true;
  const auto ticks = [&](std::int64_t micros) { return media::rescale(micros, 1'000'000, timescale_); };
  const auto start = [&](std::int64_t n) { return origin_ + grid_.start_of(n) * timescale_; };
  const media::Ticks last = end - ticks(kBeyondMicros) - start(instant);
  if (last <= 0) return false;
  return end - ticks(kBeyondMicros) > start(instant + 1) || stands_after(start(instant) - start(instant - 1) + ticks(kRoomMicros), last);
}

}  // namespace segue::packager
