// SPDX-License-Identifier: Apache-2.0
// What an HDR picture was mastered on, and how bright it becomes (SMPTE ST 2086, CTA-861.3): told by the stream's own messages, or by the
// container alone. Encoders write it anew at each key frame.
#pragma once

extern "C" {
#include <libavformat/avformat.h>
#include <libavutil/mastering_display_metadata.h>
}

#include <optional>
#include <string>

#include "media/codec.h"
#include "media/result.h"

namespace segue::transcoder::ffmpeg {

struct HdrMetadata {
  std::optional<AVMasteringDisplayMetadata> mastering;
  std::optional<AVContentLightMetadata> light;
};

[[nodiscard]] HdrMetadata hdr_metadata_of(const AVStream& stream);
[[nodiscard]] HdrMetadata hdr_metadata_of(const AVFrame& picture);
// What the picture does not tell itself. Error: out of memory.
[[nodiscard]] Result<void> add_hdr_metadata(const HdrMetadata& metadata, AVFrame& picture);
// As further parameters of x265 or SVT-AV1, each after a colon; nothing: empty.
[[nodiscard]] std::string hdr_parameters(const HdrMetadata& metadata, media::Codec codec);

}  // namespace segue::transcoder::ffmpeg
