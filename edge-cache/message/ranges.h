// SPDX-License-Identifier: Apache-2.0
// Range requests (RFC 9110 14): which bytes, and the multipart/byteranges text around them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace segue::edge {

struct ByteRange {
  std::uint64_t first = 0, size = 0;
};

enum class RangeState { whole, partial, unsatisfiable };

struct RangeSet {
  RangeState state = RangeState::whole;
  std::vector<ByteRange> ranges;  // in the order asked for
};

inline constexpr std::size_t kMostRanges = 32;

// Whole: no range, not bytes, malformed, more than kMostRanges, or more bytes than the object has (RFC 9110 14.2 lets a server ignore
// what looks like an attack).
[[nodiscard]] RangeSet parse_ranges(std::string_view field, std::uint64_t object_bytes);
// Without knowing the size (a body that still arrives, chunked): only one range that starts and ends at stated bytes can be told.
[[nodiscard]] std::optional<ByteRange> closed_range(std::string_view field);

[[nodiscard]] std::string content_range(ByteRange range, std::uint64_t object_bytes);

}  // namespace segue::edge
