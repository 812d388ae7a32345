// SPDX-License-Identifier: Apache-2.0
// ID3v2.3 and 2.4 text frames that list several values, NUL between them: what Picard and its like write for several artists. libavformat
// keeps the first value only (seen in 5.1 and 7.1).
#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <vector>

namespace segue::transcoder {

inline constexpr std::size_t kMostId3Bytes = 1u << 20;  // text frames stand before pictures

// By the frame's name ("TPE1"), of TXXX by its description; only lists of two values and more, in UTF-8. `file`: its first bytes, as many
// as are looked at. What is malformed ends the reading.
[[nodiscard]] std::map<std::string, std::vector<std::string>> id3_lists(std::span<const std::uint8_t> file);

}  // namespace segue::transcoder
