// SPDX-License-Identifier: Apache-2.0
#include "edge-cache/decision/opening.h"

#include "edge-cache/message/text.h"

namespace segue::edge {

bool is_opening(const Fields& response) noexcept {
  ListReader members(response.first("CMSD-Static"));
  for (std::string_view member; members.next(member);)
    if (member == "su" || member == "su=?1" || member.starts_with("su;") || member.starts_with("su=?1;")) return true;
  return false;
}

}  // namespace segue::edge
