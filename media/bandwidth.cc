// SPDX-License-Identifier: Apache-2.0
#include "media/bandwidth.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace segue::media {
namespace {

__extension__ using Wide = __int128;

// Bytes over ticks, compared without rounding.
struct Rate {
  std::uint64_t bytes = 0;
  Ticks ticks = 0;
  [[nodiscard]] bool above(const Rate& other) const noexcept {
    if (ticks <= 0) return false;
    return other.ticks <= 0 || Wide(bytes) * other.ticks > Wide(other.bytes) * ticks;
  }
  [[nodiscard]] std::uint32_t bits_per_second(std::uint32_t timescale) const noexcept {
    if (ticks <= 0) return 0;
    const Wide bps = (Wide(bytes) * 8 * timescale + ticks - 1) / ticks;
    return static_cast<std::uint32_t>(std::min<Wide>(bps, std::numeric_limits<std::uint32_t>::max()));
  }
};

Rate whole(const SegmentIndex& segments) noexcept { return {segments.total_bytes(), segments.end() - segments.start()}; }

// The set of segments that overdraws a channel of `limit` the most when `buffer` ticks of it are there beforehand: the largest
// bytes - limit * (buffer + ticks), found in one pass because a set that has paid for itself is dropped (Kadane).
Rate worst_for(const SegmentIndex& segments, Rate limit, Ticks buffer) noexcept {
  Rate run, worst{0, buffer};
  Wide run_excess = 0, worst_excess = std::numeric_limits<std::int64_t>::min();
  for (std::size_t i = 0; i < segments.size(); ++i) {
    if (run_excess <= 0) {
      run = {};
      run_excess = 0;
    }
    const SegmentIndex::Size size = segments.size_of(i);
    run.bytes += size.bytes;
    run.ticks += size.duration;
    run_excess += Wide(size.bytes) * limit.ticks - Wide(limit.bytes) * size.duration;
    if (run_excess > worst_excess) {
      worst_excess = run_excess;
      worst = {run.bytes, run.ticks + buffer};
    }
  }
  return worst;
}

}  // namespace

std::uint32_t target_duration(const SegmentIndex& segments, std::uint32_t timescale) noexcept {
  return static_cast<std::uint32_t>(
      std::max<std::uint64_t>(1, (std::uint64_t{segments.max_duration()} * 2 + timescale) / (std::uint64_t{timescale} * 2)));
}

std::uint32_t peak_bandwidth(const SegmentIndex& segments, std::uint32_t timescale, std::uint32_t target_seconds) noexcept {
  const Ticks twice_target = Ticks{target_seconds} * timescale * 2;
  Rate peak, fastest;
  for (std::size_t first = 0; first < segments.size(); ++first) {
    Rate set;
    for (std::size_t i = first; i < segments.size(); ++i) {
      const SegmentIndex::Size size = segments.size_of(i);
      set.bytes += size.bytes;
      set.ticks += size.duration;
      if (i == first && set.above(fastest)) fastest = set;
      if (set.ticks * 4 > twice_target * 3) break;
      if (set.ticks * 4 >= twice_target && set.above(peak)) peak = set;
    }
  }
  if (peak.ticks == 0) peak = fastest;
  return std::max(peak.bits_per_second(timescale), average_bandwidth(segments, timescale));
}

std::uint32_t average_bandwidth(const SegmentIndex& segments, std::uint32_t timescale) noexcept {
  return whole(segments).bits_per_second(timescale);
}

std::uint32_t dash_bandwidth(const SegmentIndex& segments, std::uint32_t timescale, double min_buffer_seconds) noexcept {
  const Ticks buffer = std::llround(min_buffer_seconds * timescale);
  // Dinkelbach: raise the rate to what the worst set needs until no set needs more; each round is exact, a handful suffices.
  Rate rate = whole(segments);
  for (Rate worst = worst_for(segments, rate, buffer); worst.above(rate); worst = worst_for(segments, rate, buffer)) rate = worst;
  return rate.bits_per_second(timescale);
}

}  // namespace segue::media
