// SPDX-License-Identifier: Apache-2.0
// Decides at which samples a track is cut into segments: at the sample nearest to each instant of the common grid, for video at the
// first sync sample from there on; and whether the last piece is too short to stand alone. A track may also follow another one, whose
// segments are known: it is cut where that one is (CMAF 7.3.4), and nothing is merged.
#pragma once

#include <cstdint>
#include <vector>

#include "media/grid.h"

namespace segue::packager {

class Segmenter {
 public:
  // `programme_start`: the media time from which the grid counts.
  Segmenter(media::Grid grid, std::uint32_t timescale, media::Ticks programme_start) noexcept
      : grid_(grid), timescale_(timescale), origin_(programme_start) {}

  // `instants`: where segments begin, ascending media times without the first one's.
  Segmenter(std::vector<media::Ticks> instants, std::uint32_t timescale) noexcept
      : timescale_(timescale), instants_(std::move(instants)), follows_(true) {}

  // To be asked for every sync sample but the track's first, in order. True: a new segment begins with it.
  [[nodiscard]] bool cuts_before(media::Ticks pts, std::uint32_t duration) noexcept;

  // A last piece of `last` ticks after a segment of `before` ticks: shorter than half a regular segment (shaka#1496), and
  // together below target + 0.5 s, so that EXTINF still rounds to the target (RFC 8216 4.3.3.1, Apple 7.7).
  [[nodiscard]] bool merges(media::Ticks before, media::Ticks last) const noexcept;
  // No longer needs to be kept for merging, whatever comes.
  [[nodiscard]] bool stands_alone(media::Ticks before, media::Ticks so_far) const noexcept;

 private:
  [[nodiscard]] bool reaches_instant(media::Ticks twice_middle) noexcept;

  media::Grid grid_;
  std::int64_t timescale_;
  media::Ticks origin_ = 0;
  std::int64_t next_ = 1;  // the next boundary's number on the grid
  std::vector<media::Ticks> instants_;
  bool follows_ = false;
};

}  // namespace segue::packager
