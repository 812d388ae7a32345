// SPDX-License-Identifier: Apache-2.0
// What a segment without an init segment is, by its first bytes.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace segue::validator {

// "MPEG-TS", "packed audio", "WebVTT", "WebM", "fragmented MP4 without EXT-X-MAP" or "data of an unknown kind".
[[nodiscard]] std::string_view media_kind(std::span<const std::uint8_t> bytes) noexcept;

inline constexpr std::string_view kWebM = "WebM";
inline constexpr std::string_view kWebVtt = "WebVTT";  // text, of which nothing has to be judged

}  // namespace segue::validator
