// SPDX-License-Identifier: Apache-2.0
// One clock: media time is an integer number of ticks in a timescale (ticks per second; audio: its sample rate).
// A double appears only while a number is being printed.
#pragma once

#include <cstdint>

namespace segue::media {

using Ticks = std::int64_t;

// num/den, den > 0. Frame rates (30000/1001), sample aspect ratios, exact instants in seconds.
struct Rational {
  std::int64_t num = 0;
  std::int64_t den = 1;
  friend bool operator==(const Rational&, const Rational&) = default;
};

enum class Round { down, nearest, up };

// value * to / from without overflow in between (128-bit), `nearest` rounds halves away from zero.
// from > 0. A result outside int64 is clamped to its ends.
[[nodiscard]] Ticks rescale(Ticks value, std::int64_t from, std::int64_t to, Round round = Round::nearest) noexcept;

// `seconds` (exact) in ticks of `timescale`.
[[nodiscard]] Ticks ticks_at(Rational seconds, std::int64_t timescale, Round round = Round::nearest) noexcept;

}  // namespace segue::media
