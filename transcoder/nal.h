// SPDX-License-Identifier: Apache-2.0
// H.264 and HEVC as encoders write them (Annex B: start codes) -> as MP4 stores them (a four-byte length before each NAL unit; parameter
// sets in the configuration record only), and AV1 temporal units -> without their delimiters.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "media/codec.h"
#include "media/result.h"

namespace segue::transcoder {

using Bytes = std::span<const std::uint8_t>;

// The NAL units of a byte stream, without start codes and trailing zeros.
[[nodiscard]] std::vector<Bytes> nal_units(Bytes annex_b);

// A sample as the track stores it. Parameter sets, access unit delimiters and filler are left out.
[[nodiscard]] std::vector<std::uint8_t> stored_sample(media::Codec codec, Bytes encoded);

// avcC (ISO/IEC 14496-15 5.3.3.1), hvcC (8.3.3.1), av1C (AV1-ISOBMFF 2.3.3) from the encoder's global header.
// Error: a parameter set is missing or too short.
[[nodiscard]] Result<media::CodecConfig> video_config(media::Codec codec, Bytes global_header);

}  // namespace segue::transcoder
