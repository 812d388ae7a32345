// SPDX-License-Identifier: Apache-2.0
// What the headers of a stream tell beyond its codec: picture geometry, rate, colour, encryption.
#pragma once

#include "transcoder/ffmpeg/input.h"
#include "transcoder/source.h"

namespace segue::transcoder::ffmpeg {

// rotation, interlaced, and `video` as it will be shown.
void fill_video(Input& input, int stream, SourceStream& found);

// Clockwise quarter turns that upright the picture, in degrees; other angles do not occur in what cameras write.
[[nodiscard]] int rotation_of(const AVStream& stream);

[[nodiscard]] bool has_encryption_info(const AVStream& stream);
[[nodiscard]] bool is_encrypted(const AVPacket& packet);

}  // namespace segue::transcoder::ffmpeg
