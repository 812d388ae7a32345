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

bool Segmenter::merges(media::Ticks before, media::Ticks last) const noexcept {
  if (follows_) return false;
  const media::Ticks target = grid_.segment_seconds * timescale_;
  return last * 2 < target && (before + last) * 2 < target * 2 + timescale_;
}

bool Segmenter::stands_alone(media::Ticks before, media::Ticks so_far) const noexcept { return !merges(before, so_far); }

}  // namespace segue::packager
