// SPDX-License-Identifier: Apache-2.0
// An access token of the API: a JWT signed with Ed25519 (RFC 7519, RFC 8037, typ at+jwt of RFC 9068). The header is one fixed text for a
// key, compared as a whole: no algorithm is ever taken from a token.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "access/asker.h"
#include "access/key_ring.h"
#include "media/result.h"

namespace segue::access {

struct ApiClaims {
  std::string subject;  // the account
  std::int64_t issued_at = 0, expires = 0;
  std::string id;                   // jti; empty: none
  std::vector<std::string> scopes;  // "library:read"; no blanks
  bool operator==(const ApiClaims&) const = default;
};

// Error: a key that is not EdDSA or only verifies, a scope with a blank.
[[nodiscard]] Result<std::string> issue(const ApiClaims& claims, const Key& key);

struct ApiVerdict {
  Refusal refusal = Refusal::none;  // malformed, unknown_key, bad_signature, expired
  ApiClaims claims;                 // when let through
};
[[nodiscard]] ApiVerdict check_api_token(std::string_view token, const KeyRing& ring, std::int64_t now);

}  // namespace segue::access
