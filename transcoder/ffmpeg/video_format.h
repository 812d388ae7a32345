// SPDX-License-Identifier: Apache-2.0
// What the headers of a stream tell beyond its codec: picture geometry, rate, colour, encryption.
#pragma once

#include "transcoder/ffmpeg/input.h"
#include "transcoder/source.h"

namespace segue::transcoder::ffmpeg {

// rotation, mirrored, interlaced, and `video` as it will be shown.
void fill_video(Input& input, int stream, SourceStream& found);

// Red, green and blue, by value or by palette: encoders get Y'CbCr made of it by BT.709's matrix.
[[nodiscard]] bool is_rgb(int pixel_format);

// Clockwise quarter turns that upright the picture, in degrees; other angles do not occur in what cameras write.
[[nodiscard]] int rotation_of(const AVStream& stream);
// The picture is turned over as well: a front camera's. For 0 degrees top and bottom change places, for 180 left and right.
[[nodiscard]] bool is_mirrored(const AVStream& stream);

// Dolby Vision profile 5: its base layer is in IPT, which would be shown in green and purple. The other profiles have one that is not.
[[nodiscard]] bool has_unknown_colours(const AVStream& stream);

// Of a stream, as its header tells; nullptr: none.
[[nodiscard]] const std::uint8_t* stream_side_data(const AVStream& stream, AVPacketSideDataType type);

[[nodiscard]] bool has_encryption_info(const AVStream& stream);
[[nodiscard]] bool is_encrypted(const AVPacket& packet);

}  // namespace segue::transcoder::ffmpeg
