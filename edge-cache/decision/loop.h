// SPDX-License-Identifier: Apache-2.0
// A request that comes round to the cache that sent it (CDN-Loop, RFC 8586): it would wait for itself.
#pragma once

#include <string>

#include "edge-cache/decision/policy.h"

namespace segue::edge {

// What this cache adds to the list, RFC 8586 2: `segue-edge; node=31f2…`. Names are alike on many caches; the node is this one's alone.
[[nodiscard]] std::string loop_element(const Policy& policy);
[[nodiscard]] bool comes_round(const Policy& policy, const Fields& request) noexcept;
// Caches that ask each other, each with a fetch under way for its own listeners: requests that join those fetches would wait for one
// another in a circle, and none of them has been anywhere twice. So who comes through other caches waits only where this one's node is the
// greatest of all that it came through. Along a chain of waits nodes then only grow, and no chain comes back to where it began.
[[nodiscard]] bool may_wait(const Policy& policy, const Fields& request) noexcept;

}  // namespace segue::edge
