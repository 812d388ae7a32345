// SPDX-License-Identifier: Apache-2.0
// An independent reading of what came out: a plain libavcodec decoder over the samples, nothing cut; and of what went in: ffmpeg's command
// line.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "media.h"

namespace segue::transcoder {

// Interleaved, all samples including priming and tail. int32 scale for FLAC is the codec's own (16 bit: +-32768).
std::vector<double> decode_samples(const KeptTrack& track);
struct DecodedPictures {
  int count = 0, width = 0, height = 0, bit_depth = 0;
  std::vector<double> mean_luma;                // of each picture, 0 to 1
  std::vector<std::vector<std::uint8_t>> luma;  // of each picture of 8 bits, in rows without gaps
};
DecodedPictures decode_pictures(const KeptTrack& track);
// Through `ffmpeg -i path -f f64le`, with extra output options (for example "-ar 48000").
std::vector<double> decode_file(const std::string& path, const std::string& options = "");

// Where `part` (mono index of frames) fits best in `whole` within +-range frames of `expected`; both interleaved with `channels`.
int best_offset(const std::vector<double>& whole, const std::vector<double>& part, std::size_t channels, int expected, int range);

}  // namespace segue::transcoder
