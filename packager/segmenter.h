// SPDX-License-Identifier: Apache-2.0
// Decides at which samples a track is cut into segments: at the sample nearest to each instant of the common grid, for video at the
// first sync sample from there on; and whether the last piece is too short to stand alone.
#pragma once

#include <cstdint>

#include "media/grid.h"

namespace segue::packager {

class Segmenter {
 public:
  // `programme_start`: the media time from which the grid counts.
  Segmenter(media::Grid grid, std::uint32_t timescale, media::Ticks programme_start) noexcept
      : grid_(grid), timescale_(timescale), origin_(programme_start) {}

  // To be asked for every sync sample but the track's first, in order. True: a new segment begins with it.
  [[nodiscard]] bool cuts_before(media::Ticks pts, std::uint32_t duration) noexcept;

  // A last piece of `last` ticks after a segment of `before` ticks: shorter than half a regular segment (shaka#1496), and
  // together below target + 0.5 s, so that EXTINF still rounds to the target (RFC 8216 4.3.3.1, Apple 7.7).
  [[nodiscard]] bool merges(media::Ticks before, media::Ticks last) const noexcept;
  // No longer needs to be kept for merging, whatever comes.
  [[nodiscard]] bool stands_alone(media::Ticks before, media::Ticks so_far) const noexcept;

 private:
  media::Grid grid_;
  std::int64_t timescale_;
  media::Ticks origin_;
  std::int64_t next_ = 1;  // the next boundary's number on the grid
};

}  // namespace segue::packager
