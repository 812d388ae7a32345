// SPDX-License-Identifier: Apache-2.0
// What a Common Access Token (CTA-5007) says, as the CBOR map of its CWT. The labels are IANA's CWT claim registry.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "access/asker.h"
#include "access/network.h"

namespace segue::access {

// One condition of catu: a part of the address and how it is compared.
struct UriCondition {
  enum class Part : std::uint8_t { scheme, host, port, path, query, parent_path, filename, stem, extension };  // their labels, 0 to 8
  enum class Match : std::int8_t { sha512_256 = -2, sha256 = -1, exact = 0, prefix = 1, suffix = 2, contains = 3 };
  Part part = Part::path;
  Match match = Match::prefix;
  std::string value;
  bool operator==(const UriCondition&) const = default;
};

// catr: the edge hands out a later token while this one still holds.
struct Renewal {
  enum class Kind : std::uint8_t { automatic, cookie, header, redirect };
  Kind kind = Kind::automatic;
  std::int64_t adds = 0;                 // expadd: seconds from now until the new token's expiry
  std::optional<std::int64_t> deadline;  // renewed when so many seconds or fewer are left
  std::string cookie_name, header_name;  // empty: CTA-Common-Access-Token
  std::vector<std::string> cookie_params, header_params;
  bool operator==(const Renewal&) const = default;
};

struct CatClaims {
  std::string issuer, subject, id;  // iss, sub, cti
  std::vector<std::string> audience;
  std::optional<std::int64_t> expires, not_before, issued_at;
  std::vector<UriCondition> uri;
  std::vector<std::string> methods;
  std::vector<Network> networks;  // catnip
  std::optional<Renewal> renewal;
  bool operator==(const CatClaims&) const = default;
};

inline constexpr std::size_t kMostClaimEntries = 32;  // of one list

struct ClaimsRead {
  Refusal refusal = Refusal::none;  // malformed, or unsupported: a claim, a comparison or a version that is not enforced here
  CatClaims claims;
};
[[nodiscard]] ClaimsRead read_claims(std::string_view cbor);
// read_claims(write_claims(x)).claims == x, for conditions in the order of their parts, one a part.
[[nodiscard]] std::string write_claims(const CatClaims& claims);

}  // namespace segue::access
