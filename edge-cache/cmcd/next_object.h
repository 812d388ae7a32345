// SPDX-License-Identifier: Apache-2.0
// What will be asked for next, as a path of this edge: from CMCD's nor and nrr, or from a response's Link: rel=next (RFC 8288).
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "edge-cache/cmcd/cmcd.h"

namespace segue::edge {

struct NextObject {
  std::string target;  // path and query
  std::string range;   // "bytes=0-999"; empty: all of it
  bool operator==(const NextObject&) const = default;
};

// nullopt: nothing said, or something that is not a path of this host: another scheme or host, a path that climbs above its root.
[[nodiscard]] std::optional<NextObject> next_of_cmcd(const Cmcd& cmcd, std::string_view request_path);
[[nodiscard]] std::optional<NextObject> next_of_link(std::string_view link_field, std::string_view request_path);

// RFC 3986 5.2 for references without scheme and authority. nullopt as above.
[[nodiscard]] std::optional<std::string> resolve(std::string_view base_path, std::string_view reference);

}  // namespace segue::edge
