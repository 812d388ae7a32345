// SPDX-License-Identifier: Apache-2.0
// The first bytes of a media segment, up to the end of its tfdt, moved onto another timeline. A track's file counts its own time
// from 0; in an album's timeline the same fragment has another sequence number and decode time (docs/architecture.md, Albums).
//   [styp | other box]* moof( mfhd traf( tfhd tfdt ...    ISO/IEC 14496-12 8.8.4, 8.8.5, 8.8.6, 8.8.7, 8.8.12
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "media/result.h"
#include "media/time.h"

namespace segue::origin {

inline constexpr std::size_t kFragmentHeadBytes = 256;  // a moof of ours reaches the end of its tfdt within 100

// Changes mfhd@sequence_number and tfdt@baseMediaDecodeTime in `head`, the first bytes of a segment. Result: how many of them reach to
// the end of the tfdt; the segment's later bytes are as they were. Error: the box, its place, what was expected; `head` may be changed.
[[nodiscard]] Result<std::size_t> move_fragment(std::span<std::uint8_t> head, std::uint32_t sequence_number, media::Ticks decode_time);

}  // namespace segue::origin
