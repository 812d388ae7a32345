// SPDX-License-Identifier: Apache-2.0
#include "media/time.h"

#include <cassert>
#include <limits>

namespace segue::media {
namespace {

// __extension__: 128-bit integers are a GNU extension that both compilers of Debian have.
__extension__ using Wide = __int128;

Ticks divide(Wide numerator, Wide denominator, Round round) noexcept {
  Wide quotient = numerator / denominator;
  const Wide rest = numerator % denominator;
  const bool negative = numerator < 0;
  switch (round) {
    case Round::down: quotient -= (rest != 0 && negative) ? 1 : 0; break;
    case Round::up: quotient += (rest != 0 && !negative) ? 1 : 0; break;
    case Round::nearest: {
      const Wide distance = negative ? -rest : rest;
      if (distance * 2 >= denominator) quotient += negative ? -1 : 1;
      break;
    }
  }
  constexpr auto low = std::numeric_limits<Ticks>::min();
  constexpr auto high = std::numeric_limits<Ticks>::max();
  if (quotient < low) return low;
  if (quotient > high) return high;
  return static_cast<Ticks>(quotient);
}

}  // namespace

Ticks rescale(Ticks value, std::int64_t from, std::int64_t to, Round round) noexcept {
  assert(from > 0);
  return divide(static_cast<Wide>(value) * to, from, round);
}

Ticks ticks_at(Rational seconds, std::int64_t timescale, Round round) noexcept {
  assert(seconds.den > 0);
  return divide(static_cast<Wide>(seconds.num) * timescale, seconds.den, round);
}

}  // namespace segue::media
