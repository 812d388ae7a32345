// SPDX-License-Identifier: Apache-2.0
// Subtitles as HLS plays them: the WebVTT file beside the track file, where the asset has one (assets of before had none: fragmented MP4
// then). DASH always takes the track file.
#pragma once

#include <cstdint>

#include "media/presentation.h"

namespace segue::manifests {

[[nodiscard]] inline bool is_plain_text(const media::Track& track) noexcept { return !track.rendition.webvtt.file.empty(); }

// Bit/s that HLS loads of a text rendition at most, and on the average. A WebVTT file is one segment: both are the same.
struct TextRates {
  std::uint64_t peak_bps = 0, average_bps = 0;
};
[[nodiscard]] TextRates text_rates(const media::Track& track) noexcept;

}  // namespace segue::manifests
