// SPDX-License-Identifier: Apache-2.0
// What a recording may lack without being a broken file: a tuner joins a programme between two key frames and leaves it in mid-packet.
#pragma once

#include <cstdint>
#include <string_view>

namespace segue::transcoder {

// Formats that are broadcast, and cut wherever somebody stops.
[[nodiscard]] constexpr bool ends_anywhere(std::string_view container) noexcept { return container == "mpegts" || container == "mpeg"; }

// `at_start`: packets before the first that could be decoded, which may be as many as all others; `later`: one in twenty is too many.
[[nodiscard]] constexpr bool too_many_broken(std::int64_t later, std::int64_t at_start, std::int64_t packets) noexcept {
  return later * 20 > packets || at_start * 2 > packets;
}

// Overlaps of up to a second are what splices leave, and what is told twice is dropped; where more than one in twenty of a stream lies
// before the end of what came earlier, the times decrease, and dropping would lose the programme.
[[nodiscard]] constexpr bool times_decrease(double dropped, double kept) noexcept { return dropped * 20 > dropped + kept; }

}  // namespace segue::transcoder
