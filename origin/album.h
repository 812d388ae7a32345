// SPDX-License-Identifier: Apache-2.0
// An album's timeline for one rendition: track 1 whole, then each further track without its pre-roll (docs/architecture.md, Albums).
#pragma once

#include <cstdint>

#include "media/presentation.h"

namespace segue::origin {

// The fragment at the head of a track's first segment that only a solo start needs.
struct Preroll {
  std::uint32_t bytes = 0;
  std::uint32_t ticks = 0;
};

// Appends the segments of `track`, which lie in the album's next file. A first segment that is nothing but pre-roll is left out.
// False: nothing is left to append, and no file was begun.
[[nodiscard]] bool append_to_album(media::Track& album, const media::Track& track, Preroll preroll);

}  // namespace segue::origin
