// SPDX-License-Identifier: Apache-2.0
// The common grid: the instants, counted from the presentation's start, at which every rendition of every codec starts
// a new segment, so that a player may switch there. Short at first (a player needs little before it can start), then regular.
//   segment   0  1  2  3  4   5 ...
//   starts at 0  1  2  4  8  12 ...   seconds
// Each rendition places a boundary at its own sample nearest to the ideal instant, evaluated afresh for each segment, so
// that nothing accumulates (gpac#935, gpac#949).
#pragma once

#include <cstdint>

#include "media/time.h"

namespace segue::media {

struct Grid {
  std::int64_t segment_seconds = 4;  // the regular length: 1 to 30
  bool quick_start = true;           // 1 s, 1 s, 2 s first

  // Start of segment n (n >= 0) in whole seconds.
  [[nodiscard]] std::int64_t start_of(std::int64_t n) const noexcept;
  // The segment in which the instant `seconds` lies.
  [[nodiscard]] std::int64_t segment_at(Rational seconds) const noexcept;
};

// Boundaries of one track on the grid, in units of its own samples (audio frames, video pictures).
// A boundary n is the sample whose start is nearest to start_of(n); a last segment that would be shorter than half a regular
// one is joined to the one before it when the length is known (shaka#1496), up to target + 0.5 s (Apple 7.7): packager/segmenter.h.
struct GridTrack {
  Grid grid;
  std::int64_t timescale = 1;        // ticks per second
  std::int64_t sample_duration = 1;  // ticks of one frame/picture
  Ticks first_tick = 0;              // media time (from the presentation's start) of sample 0; <= 0 when there is a lead-in

  // Number of the first sample of segment n.
  [[nodiscard]] std::int64_t first_sample(std::int64_t n) const noexcept;
};

}  // namespace segue::media
