// SPDX-License-Identifier: Apache-2.0
// Every bound that the parsers of manifests hold, with its reason. All input can be hostile.
#pragma once

#include <cstddef>
#include <cstdint>

namespace segue::manifests {

inline constexpr std::size_t kMaxManifestBytes = 16u << 20;  // 100 h in 2 s segments with long signed URLs is about that
inline constexpr std::size_t kMaxVariants = 4096;            // of a multivariant playlist, renditions included
inline constexpr std::size_t kMaxRepresentations = 4096;     // of an MPD, over all periods
inline constexpr std::size_t kMaxPeriods = 4096;
inline constexpr std::int64_t kMaxSeconds = 1'000'000'000;  // 31 years: microseconds of it fit 64 bits a thousand times over
inline constexpr int kMaxXmlDepth = 64;                     // an MPD has 8

}  // namespace segue::manifests
