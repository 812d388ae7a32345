// SPDX-License-Identifier: Apache-2.0
// libavcodec's extradata -> the configuration record that an ISO BMFF sample entry carries (media/codec.h lists them).
#pragma once

#include <cstdint>
#include <span>

#include "media/codec.h"
#include "media/result.h"

namespace segue::transcoder::ffmpeg {

[[nodiscard]] Result<media::CodecConfig> codec_config(media::Codec codec, std::span<const std::uint8_t> extradata);

// dfLa's payload from the 34 bytes of STREAMINFO.
[[nodiscard]] media::CodecConfig flac_config(std::span<const std::uint8_t> stream_info);

}  // namespace segue::transcoder::ffmpeg
