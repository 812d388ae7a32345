// SPDX-License-Identifier: Apache-2.0
// The bit rates that manifests declare, exact from the segments: integers all the way, rounded up once at the end.
//   peak     RFC 8216bis 4.1    the fastest contiguous set of segments that lasts 0.5 to 1.5 target durations
//   average  AVERAGE-BANDWIDTH  all bits over all time; never above peak
//   dash     23009-1 5.3.5.2    the slowest channel on which playing from any segment never starves after `min_buffer` seconds
#pragma once

#include <cstdint>

#include "media/segment.h"

namespace segue::media {

// EXT-X-TARGETDURATION of a track on its own: no segment rounds (half up) to more. At least 1.
[[nodiscard]] std::uint32_t target_duration(const SegmentIndex& segments, std::uint32_t timescale) noexcept;

// Bit/s; 0 without segments. Where no set lasts 0.5 to 1.5 targets (a clip shorter than half of one, or segments longer than
// one and a half), the fastest single segment counts. `target_seconds` is the playlist's, from target_duration or larger.
[[nodiscard]] std::uint32_t peak_bandwidth(const SegmentIndex& segments, std::uint32_t timescale, std::uint32_t target_seconds) noexcept;

[[nodiscard]] std::uint32_t average_bandwidth(const SegmentIndex& segments, std::uint32_t timescale) noexcept;

// Bytes are taken to be played at an even pace within each segment: the index knows no finer one. Never below the average.
[[nodiscard]] std::uint32_t dash_bandwidth(const SegmentIndex& segments, std::uint32_t timescale, double min_buffer_seconds) noexcept;

}  // namespace segue::media
