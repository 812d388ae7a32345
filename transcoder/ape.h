// SPDX-License-Identifier: Apache-2.0
// APEv2 tags at a file's end, before ID3v1 or nothing (wiki.hydrogenaud.io, APE tag format): items, then a footer of 32 bytes that counts
// both. libavformat does not read them behind an MP3 or FLAC, and elsewhere keeps the first of several values.
//   item = size of the value, flags (4 bytes each, little end first), key in ASCII, NUL, value; text is UTF-8, NUL between values
#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <vector>

namespace segue::transcoder {

inline constexpr std::size_t kMostApeBytes = 16u << 20;  // a cover may be among the items
inline constexpr std::size_t kApeFooterReach = 32 + 128;

// How many of a file's last bytes its items and what stands behind them are, told by its last kApeFooterReach bytes; 0: no such tag, or
// one larger than kMostApeBytes.
[[nodiscard]] std::size_t ape_bytes(std::span<const std::uint8_t> end) noexcept;
// Text items by their key as it is written; `end` is what ape_bytes() asked for. What is malformed ends the reading.
[[nodiscard]] std::map<std::string, std::vector<std::string>> ape_items(std::span<const std::uint8_t> end);

}  // namespace segue::transcoder
