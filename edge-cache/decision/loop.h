// SPDX-License-Identifier: Apache-2.0
// A request that comes round to the cache that sent it (CDN-Loop, RFC 8586): it would wait for itself.
#pragma once

#include <string>

#include "edge-cache/decision/policy.h"

namespace segue::edge {

// What this cache adds to the list, RFC 8586 2: `segue-edge; node=31f2…`. Names are alike on many caches; the node is this one's alone.
[[nodiscard]] std::string loop_element(const Policy& policy);
[[nodiscard]] bool comes_round(const Policy& policy, const Fields& request) noexcept;

}  // namespace segue::edge
