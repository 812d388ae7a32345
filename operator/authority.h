// SPDX-License-Identifier: Apache-2.0
// Who may do what an operator does. A purge always needs a token; looking needs one unless the asker sits at this machine. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "access/key_ring.h"

namespace segue::oper {

// Scopes of an API token (access/api_token.h).
inline constexpr std::string_view kRead = "edge:read", kPurge = "edge:purge";

struct Asker {
  std::optional<std::string_view> authorization;  // the field's value
  bool near = false;                              // on this machine, and by an address of this machine (gateway.conf.in)
};

enum class Verdict : std::uint8_t { may, no_token, bad_token, expired, not_enough };

// `ring`: the keys that verify; `now`: Unix seconds.
[[nodiscard]] Verdict judge(const Asker& asker, std::string_view scope, const access::KeyRing& ring, std::int64_t now);

}  // namespace segue::oper
