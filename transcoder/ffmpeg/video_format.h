// SPDX-License-Identifier: Apache-2.0
// What the headers of a stream tell beyond its codec: picture geometry, rate, colour; whether its packets could be passed through.
#pragma once

#include "transcoder/ffmpeg/input.h"
#include "transcoder/source.h"

namespace segue::transcoder::ffmpeg {

// rotation, interlaced, and `video` as it will be shown.
void fill_video(Input& input, int stream, SourceStream& found);

// Its configuration record is known, or can be made from a packet, and its priming can be told.
[[nodiscard]] bool is_copyable(Input& input, int stream);

[[nodiscard]] bool has_encryption_info(const AVStream& stream);

}  // namespace segue::transcoder::ffmpeg
