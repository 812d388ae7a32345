// SPDX-License-Identifier: Apache-2.0
#include "media/grid.h"

#include <algorithm>
#include <array>

namespace segue::media {
namespace {
constexpr std::array<std::int64_t, 3> kQuickStart = {0, 1, 2};  // then segment_seconds * k
}

std::int64_t Grid::start_of(std::int64_t n) const noexcept {
  if (!quick_start || segment_seconds < 3) return n * segment_seconds;
  const auto quick = static_cast<std::int64_t>(kQuickStart.size());
  return n < quick ? kQuickStart[static_cast<std::size_t>(n)] : (n - quick + 1) * segment_seconds;
}

std::int64_t Grid::segment_at(Rational seconds) const noexcept {
  const std::int64_t whole = ticks_at(seconds, 1, Round::down);
  if (whole < 0) return 0;
  if (!quick_start || segment_seconds < 3) return whole / segment_seconds;
  if (whole < segment_seconds) return std::min<std::int64_t>(whole, 2);
  return whole / segment_seconds + 2;
}

std::int64_t GridTrack::first_sample(std::int64_t n) const noexcept {
  if (n == 0) return 0;
  return rescale(grid.start_of(n) * timescale - first_tick, sample_duration, 1, Round::nearest);
}

}  // namespace segue::media
