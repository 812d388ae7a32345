// SPDX-License-Identifier: Apache-2.0
// A raw AAC stream in ADTS frames (ISO/IEC 14496-3 1.A.3.2) as input: the frames without their headers.
//   frame := syncword(12) ... size(13) ... [CRC(16)] one raw data block
#pragma once

#include <cstdint>
#include <span>

#include "media/track.h"
#include "packager/mp4_copy.h"

namespace segue::packager {

struct AdtsHeader {
  std::uint32_t frame_bytes = 0, header_bytes = 0;  // the frame's with its header
  unsigned object_type = 0, rate_index = 0, channel_config = 0;
  friend bool operator==(const AdtsHeader&, const AdtsHeader&) = default;
};
inline constexpr std::size_t kAdtsHeaderBytes = 7;

// Error: not a header, a reserved rate, several blocks in one frame, a size below the header's.
[[nodiscard]] Result<AdtsHeader> parse_adts(std::span<const std::uint8_t> bytes);

// Whether a file that begins so is ADTS: two headers of one stream follow one another (`head`: 16 KiB or the whole file).
[[nodiscard]] bool is_adts(std::span<const std::uint8_t> head);

// Writes the track file of an ADTS file that is open for reading. There is nothing in it that tells its priming: lead_in is 0. It
// starts with the presentation. ID3 tags before the frames are passed over. Error: a damaged frame with its offset; a
// change of format; TrackWriter's.
[[nodiscard]] Result<media::Track> copy_adts(int file, std::uint64_t file_bytes, const Cuts& cuts, ByteSink& sink);

}  // namespace segue::packager
