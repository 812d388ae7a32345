// SPDX-License-Identifier: Apache-2.0
#include "origin/album.h"

namespace segue::origin {

bool append_to_album(media::Track& album, const media::Track& track, Preroll preroll) {
  if (track.segments.empty()) return false;
  const media::Segment first = track.segments.at(0);
  const bool cut = preroll.bytes < first.size && preroll.ticks < first.duration;
  const std::size_t begin = cut ? 0 : 1;
  if (begin >= track.segments.size()) return false;

  album.segments.begin_file(cut ? first.offset + preroll.bytes : track.segments.at(1).offset);
  if (cut) album.segments.append(first.size - preroll.bytes, first.duration - preroll.ticks);
  for (std::size_t i = 1; i < track.segments.size(); ++i) {
    const media::Segment segment = track.segments.at(i);
    album.segments.append(segment.size, segment.duration);
  }
  return true;
}

}  // namespace segue::origin
