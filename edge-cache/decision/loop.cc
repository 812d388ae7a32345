// SPDX-License-Identifier: Apache-2.0
#include "edge-cache/decision/loop.h"

#include <algorithm>

#include "edge-cache/message/text.h"

namespace segue::edge {

std::string loop_element(const Policy& policy) { return policy.name + "; node=" + policy.node; }

// A node is 128 random bits: wherever they stand in the list, it was this cache.
bool comes_round(const Policy& policy, const Fields& request) noexcept {
  return !policy.node.empty() && std::any_of(request.begin(), request.end(), [&](const Field& field) {
    return same(field.name, "CDN-Loop") && field.value.find(policy.node) != std::string_view::npos;
  });
}

}  // namespace segue::edge
