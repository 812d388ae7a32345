// SPDX-License-Identifier: Apache-2.0
#include "transcoder/frame_clock.h"

#include <algorithm>

namespace segue::transcoder {
namespace {
// A picture may stand for long (slides, a lecture); more than this is a broken clock and counts as one picture's duration.
constexpr std::int64_t kLongestPictureSeconds = 3600;
constexpr std::int64_t kLongestLastSeconds = 60;  // nothing comes after it that would show the duration to be broken
constexpr std::int64_t kBackwardSeconds = 2;      // further back than any reordering: the clock started anew
}  // namespace

std::int64_t FrameClock::slot_of(std::int64_t pts, media::Rational time_base) const {
  // pts * tb - origin, in slots: one rounding, through a common denominator.
  const std::int64_t at = media::rescale(pts, time_base.den, time_base.num * rate_.num * 64);
  const std::int64_t from = media::ticks_at(origin_, rate_.num * 64);
  return media::rescale(at - from, rate_.den * 64, 1);
}

std::int64_t FrameClock::arrive(const std::int64_t* pts, media::Rational time_base) {
  std::int64_t slot = pts == nullptr ? waiting_ + 1 : slot_of(*pts, time_base) + shift_;
  if (!any_) {
    any_ = true;
    const std::int64_t longest = kLongestPictureSeconds * rate_.num / rate_.den;
    if (slot > longest) shift_ = -slot;
    waiting_ = 0;  // a late first picture is shown from the start
    return 0;
  }
  const bool forward = slot - waiting_ > kLongestPictureSeconds * rate_.num / rate_.den;
  const bool backward = waiting_ - slot > kBackwardSeconds * rate_.num / rate_.den;
  if (forward || backward) {
    shift_ += waiting_ + 1 - slot;
    slot = waiting_ + 1;
  }
  if (slot < waiting_) ++late_;
  slot = std::max(slot, waiting_);
  waiting_ = slot;
  const std::int64_t fills = std::max<std::int64_t>(0, slot - emitted_);
  emitted_ += fills;
  return fills;
}

void FrameClock::lasts_until(std::int64_t end, media::Rational time_base) { end_ = std::max(end_, slot_of(end, time_base)); }

std::int64_t FrameClock::finish() {
  if (!any_) return 0;
  const std::int64_t longest = kLongestLastSeconds * rate_.num / rate_.den;
  const std::int64_t fills =
      end_ == INT64_MIN ? 1 : std::clamp<std::int64_t>(end_ + shift_ - emitted_, 1, std::max<std::int64_t>(1, longest));
  emitted_ += fills;
  return fills;
}

std::int64_t FrameClock::hold_until(media::Rational end) {
  const std::int64_t fills = any_ ? std::max<std::int64_t>(0, media::rescale(end.num * rate_.num, end.den * rate_.den, 1) - emitted_) : 0;
  emitted_ += fills;
  return fills;
}

}  // namespace segue::transcoder
