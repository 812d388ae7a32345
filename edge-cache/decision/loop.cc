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

bool may_wait(const Policy& policy, const Fields& request) noexcept {
  constexpr std::string_view kNode = "; node=";
  return std::all_of(request.begin(), request.end(), [&](const Field& field) {
    if (!same(field.name, "CDN-Loop")) return true;
    std::string_view list = field.value;
    for (std::size_t at; (at = list.find(kNode)) != std::string_view::npos;) {
      list.remove_prefix(at + kNode.size());
      if (list.substr(0, list.find_first_of(",; ")) > policy.node) return false;
    }
    return true;
  });
}

}  // namespace segue::edge
