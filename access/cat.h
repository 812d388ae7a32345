// SPDX-License-Identifier: Apache-2.0
// A Common Access Token (CTA-5007): base64url of a COSE message whose payload are claims. Signature first, then what it says.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "access/asker.h"
#include "access/cat_claims.h"
#include "access/key_ring.h"
#include "access/known_tokens.h"
#include "media/result.h"

namespace segue::access {

// Which tokens an edge takes, beside the keys. Empty lists: any.
struct CatPolicy {
  std::vector<std::string> issuers;   // a token must name one of them
  std::vector<std::string> audience;  // a token with an audience must name one of them
};

struct CatVerdict {
  Refusal refusal = Refusal::none;
  CatClaims claims;  // when the signature is good
  std::string key_id;
};
// Does what the claims say allow it? Pure: no key.
[[nodiscard]] Refusal held_against(const CatClaims& claims, const CatPolicy& policy, const Asker& asker);
using KnownCats = KnownTokens<CatVerdict>;
// `known`: null, or what this ring verified before; learns.
[[nodiscard]] CatVerdict check_cat(std::string_view token, const KeyRing& ring, const CatPolicy& policy, const Asker& asker,
                                   KnownCats* known = nullptr);

[[nodiscard]] Result<std::string> issue(const CatClaims& claims, const Key& key);

// Is it time for a later token (catr), and can there be one? A token without catr or expiry is never renewed.
[[nodiscard]] bool wants_renewal(const CatClaims& claims, std::int64_t now) noexcept;
// The same claims with a later expiry, of the same key. Error: the key only verifies.
[[nodiscard]] Result<std::string> renew(const CatClaims& claims, const Key& key, std::int64_t now);

}  // namespace segue::access
