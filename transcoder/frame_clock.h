// SPDX-License-Identifier: Apache-2.0
// Pictures with any timestamps in, pictures at one constant rate out: slot n is shown from n / rate on, and holds the last picture whose
// own time rounds to n or earlier. Slots that no picture claims repeat the one before; of several pictures for one slot the last is shown.
#pragma once

#include <cstdint>

#include "media/time.h"

namespace segue::transcoder {

class FrameClock {
 public:
  // `origin` and `rate`: seconds of the source's clock, pictures a second.
  FrameClock(media::Rational origin, media::Rational rate) : origin_(origin), rate_(rate) {}

  // A picture shown at `pts` * time_base seconds (no pts: one slot after the last). The result is how many slots the picture *before* it
  // fills now. A first picture that comes late fills the slots before its own as well.
  std::int64_t arrive(const std::int64_t* pts, media::Rational time_base);
  // The container says that some picture is shown until `end` * time_base seconds; the latest such instant is where the last one ends.
  void lasts_until(std::int64_t end, media::Rational time_base);
  // No more pictures: slots that the last one fills (at least one, or none when there was no picture).
  std::int64_t finish();
  // After finish(): the last picture is shown until `end` seconds from the presentation's start. How many slots it fills more.
  std::int64_t hold_until(media::Rational end);
  std::int64_t slots() const { return emitted_; }
  // Pictures that claimed a slot before that of one that came earlier: each was shown in place of it.
  std::int64_t late() const { return late_; }

 private:
  std::int64_t slot_of(std::int64_t pts, media::Rational time_base) const;

  media::Rational origin_, rate_;
  std::int64_t emitted_ = 0;      // slots filled so far
  std::int64_t waiting_ = 0;      // slot that the last picture claims; meaningful when there was one
  std::int64_t shift_ = 0;        // slots by which a broken clock was mended
  std::int64_t end_ = INT64_MIN;  // slot, before the mending, at which the last picture ends
  std::int64_t late_ = 0;
  bool any_ = false;
};

}  // namespace segue::transcoder
