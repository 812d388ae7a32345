// SPDX-License-Identifier: Apache-2.0
// Every bound that a parser of media or of asset.json holds, with its reason. All input can be hostile.
#pragma once

#include <cstddef>
#include <cstdint>

namespace segue::media {

inline constexpr std::size_t kMaxTrackHeadBytes = 4u << 20;   // ftyp+moov+sidx+ssix of 100 h in 1 s segments is under this
inline constexpr std::size_t kMaxAssetJsonBytes = 16u << 20;  // lyrics, chapters and 10,000 album tracks fit
inline constexpr std::size_t kMaxSampleBytes = 64u << 20;     // a raw 8K intra picture
inline constexpr std::size_t kMaxSegmentBytes = 1u << 30;     // held in memory while it is made; trun addresses 2 GiB
inline constexpr int kMaxBoxDepth = 16;                       // the deepest path in use has 9
inline constexpr std::uint32_t kMaxRunSamples = 1u << 21;  // of one trun whose samples take no bytes: 30 s of frames of 2.5 ms are 12,000
inline constexpr double kMinBufferSeconds = 2.0;           // MPD@minBufferTime, the buffer that @bandwidth is computed for

}  // namespace segue::media
