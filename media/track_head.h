// SPDX-License-Identifier: Apache-2.0
// The head of a CMAF track file (ftyp, moov, sidx, ssix) read into a Track: what the origin keeps of a file.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "media/presentation.h"

namespace segue::media {

// Parses the first bytes of a track file. `head` may end anywhere after the sidx (and ssix); when it ends before, `needed` tells how
// many bytes from the start of the file suffice (at most kMaxTrackHeadBytes) and `track` is not usable.
// Filled: segments, i_frames, init_bytes, index_*, and of rendition: track (codec, config, formats, timescale, language, lead_in), codecs.
struct TrackHead {
  Track track;
  std::size_t needed = 0;  // 0: complete
};
[[nodiscard]] Result<TrackHead> parse_track_head(std::span<const std::uint8_t> head);

}  // namespace segue::media
