// SPDX-License-Identifier: Apache-2.0
// Every bound of the request parser and of what a worker keeps, with its reason.
#pragma once

#include <cstddef>
#include <cstdint>

namespace segue::origin {

inline constexpr std::size_t kMaxPathBytes = 256;             // the longest address of the contract is under 130
inline constexpr std::uint32_t kMaxSegmentNumber = 1u << 26;  // 8 years of 4 s segments
inline constexpr std::size_t kFirstRead = 8192;         // one read holds the head of 10 minutes of music, and of most films' first try
inline constexpr std::size_t kMaxAlbumTracks = 10'000;  // what kMaxAssetJsonBytes is sized for

}  // namespace segue::origin
