// SPDX-License-Identifier: Apache-2.0
// The head of a track file: ftyp and moov (the CMAF header), sidx, and for video ssix. docs/formats/track-file.md is its page.
#pragma once

#include <cstdint>
#include <vector>

#include "media/presentation.h"
#include "media/track.h"

namespace segue::packager {

struct HeadPlan {
  media::TrackConfig config;             // as it is at the end
  std::uint32_t default_duration = 0;    // trex
  std::uint64_t presentation_ticks = 0;  // mehd: the programme's length; 0: not known, no mehd (live)
};

// ftyp and moov.
[[nodiscard]] std::vector<std::uint8_t> write_init(const HeadPlan& plan);

// sidx, and ssix when there are first-picture sizes. `gap`: bytes between their end and the first segment.
// At most 65535 segments (sidx counts them in 16 bits).
[[nodiscard]] std::vector<std::uint8_t> write_index(const media::SegmentIndex& segments, const media::IFrameSizes& first_pictures,
                                                    std::uint32_t timescale, std::uint64_t gap);

// What write_index takes for so many segments.
[[nodiscard]] std::uint64_t index_bytes(std::int64_t segments, bool video) noexcept;

// The grouping ('roll', 'prol') and distance in access units that a codec's samples need; grouping 0: none.
struct Roll {
  std::uint32_t grouping = 0;
  std::int16_t distance = 0;
};
[[nodiscard]] Roll roll_of(const media::TrackConfig& config, std::uint32_t sample_duration) noexcept;

}  // namespace segue::packager
