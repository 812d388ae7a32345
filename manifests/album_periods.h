// SPDX-License-Identifier: Apache-2.0
// The static folder of an album cannot patch its tracks' files onto one timeline (docs/architecture.md, Albums): in DASH each file is a
// Period that lays its own times where the album's timeline has them. Frames follow one another as the encoder made them.
//   album's timeline   |lead-in|---- file 0 ----|---- file 1 ----|      R_1: where file 1 begins
//   file 1's own                     P_1 |---- file 1 ----|             P_1: its time there, after its pre-roll
// Codecs cut a join at different frames, so a Period starts at the latest of them: a player cuts what lies beyond a Period's end (dash.js
// after 10 ms), but takes what lies before its start (dash.js and Shaka by 100 ms).
#pragma once

#include <cstdint>
#include <vector>

#include "manifests/filter.h"
#include "media/presentation.h"

namespace segue::manifests {

struct AlbumPeriod {
  struct Part {
    media::Track track;                          // of this file alone, in the file's own time
    std::uint64_t presentation_time_offset = 0;  // ticks
  };
  std::uint32_t file = 0;
  std::int64_t start_us = 0;
  std::vector<Part> parts;  // in the order of `tracks`, but for those that have no segment in this file
};

// `tracks` from media::make_album_track. Files that hold nothing of their own have no Period.
[[nodiscard]] std::vector<AlbumPeriod> album_periods(const TrackList& tracks);

}  // namespace segue::manifests
