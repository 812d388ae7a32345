// SPDX-License-Identifier: Apache-2.0
#include "packager/segmenter.h"

namespace segue::packager {

bool Segmenter::cuts_before(media::Ticks pts, std::uint32_t duration) noexcept {
  // The sample nearest to the instant is the first one whose middle lies after it (GridTrack::first_sample rounds the same way).
  const media::Ticks twice_middle = 2 * (pts - origin_) + duration;
  const auto after = [&](std::int64_t n) { return twice_middle > 2 * grid_.start_of(n) * timescale_; };
  if (!after(next_)) return false;
  // Instants that no sync sample came near are passed over: no empty segment, no doubled cut (nginx-vod#488).
  next_ = grid_.segment_at({twice_middle, 2 * timescale_});
  if (after(next_)) ++next_;
  return true;
}

bool Segmenter::merges(media::Ticks before, media::Ticks last) const noexcept {
  const media::Ticks target = grid_.segment_seconds * timescale_;
  return last * 2 < target && (before + last) * 2 < target * 2 + timescale_;
}

bool Segmenter::stands_alone(media::Ticks before, media::Ticks so_far) const noexcept { return !merges(before, so_far); }

}  // namespace segue::packager
