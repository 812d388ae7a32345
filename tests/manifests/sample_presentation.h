// SPDX-License-Identifier: Apache-2.0
// Presentations small enough that a whole manifest of them can stand in a test.
#pragma once

#include <string>
#include <vector>

#include "media/presentation.h"

namespace segue::manifests::samples {

// Segments of `sizes` bytes and `durations` ticks; init of 700 bytes, index right behind it, then the segments.
media::Track track(std::string id, media::Codec codec, std::string codecs, std::uint32_t timescale, const std::vector<std::uint32_t>& sizes,
                   const std::vector<std::uint32_t>& durations);

// 9 s of stereo at 44.1 kHz: aac-64, aac-128, aac-256, opus-96, flac.
media::Presentation music();

// 8 s at 25/s: h264-360, h264-720, aac-64, aac-128 in English and French, opus-96, text-en.
media::Presentation film();

}  // namespace segue::manifests::samples
