// SPDX-License-Identifier: Apache-2.0
// Consistent hashing by weighted rendezvous (Thaler and Ravishankar 1998; weights: Schindelhauer and Schomaker 2005): each origin has a
// score for each key, the highest wins, the next highest stands in. An origin that comes or goes moves only the keys that were or become
// its own, and no ring has to be kept: for the tens of origins that an edge has, scoring all of them costs less than a microsecond.
#pragma once

#include <cstdint>
#include <string_view>

namespace segue::balance {

[[nodiscard]] std::uint64_t hash_of(std::string_view text) noexcept;  // the same on every edge, so that all send a key to the same shield
// Higher is better. `weight` >= 1.
[[nodiscard]] double score(std::uint64_t member, std::uint64_t key, std::uint32_t weight) noexcept;

// Bounded load (Mirrokni, Thorup, Zadimoghaddam 2016): with `total` requests under way, no member takes more than `percent` of its share.
[[nodiscard]] bool has_room(std::uint32_t load, std::uint32_t total, std::uint32_t weight, std::uint32_t weights,
                            std::uint32_t percent) noexcept;

}  // namespace segue::balance
