// SPDX-License-Identifier: Apache-2.0
// Decides at which samples a track is cut into segments: at the sample nearest to each instant of the common grid, for video at the
// first sync sample from there on; and which last cut is taken back, because what follows it is too short to stand alone. Of sound that
// depends on the programme's length alone, not on where frames and padding end: so all renditions have the same number of segments.
// A track may also follow another one, whose segments are known: it is cut where that one is (CMAF 7.3.4), and no cut is taken back.
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

  // To be asked for every sync sample but the track's first, in order. True: a new segment begins with it, that of instant().
  [[nodiscard]] bool cuts_before(media::Ticks pts, std::uint32_t duration) noexcept;
  [[nodiscard]] std::int64_t instant() const noexcept { return next_ - 1; }

  // Whether the segment of an instant begins there in a programme that ends at media time `end`. Once true, it is for every later end.
  [[nodiscard]] bool stands(std::int64_t instant, media::Ticks end) const noexcept;
  // The same for pictures, whose cuts may be anywhere after their instants, by what there is: a last piece of `last` ticks after a segment
  // of `before` ticks.
  [[nodiscard]] bool stands_after(media::Ticks before, media::Ticks last) const noexcept;

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
