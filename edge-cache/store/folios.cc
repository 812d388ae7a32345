// SPDX-License-Identifier: Apache-2.0
#include "edge-cache/store/folios.h"

#include <algorithm>
#include <bit>

namespace segue::edge {
namespace {

constexpr std::uint64_t kPage = 4096;

// Without padding 62,000 bytes are five folios.
std::uint64_t padding_of_last(std::uint64_t bytes) noexcept {
  const std::uint64_t folio = std::bit_ceil(bytes);
  return bytes >= kPage && folio - bytes <= bytes / 8 ? folio - bytes : 0;
}

}  // namespace

std::uint64_t stored_bytes(std::uint64_t body_bytes) noexcept { return body_bytes + padding_of_last(body_bytes % kBodyAlignment); }

std::size_t padding_behind(std::uint64_t at, std::uint64_t bytes, std::optional<std::uint64_t> body_bytes) noexcept {
  if (bytes == 0) return 0;
  const std::uint64_t end = at + bytes, stretch = (end - 1) / kBodyAlignment * kBodyAlignment;
  if (stretch < at) return 0;  // filled up when it began
  // Most bodies of unknown length are small.
  if (!body_bytes.has_value() && stretch == 0) return 0;
  const std::uint64_t filled = std::min(stretch + kBodyAlignment, stored_bytes(body_bytes.value_or(UINT64_MAX / 2)));
  return static_cast<std::size_t>(filled > end ? filled - end : 0);
}

}  // namespace segue::edge
