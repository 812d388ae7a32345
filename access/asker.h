// SPDX-License-Identifier: Apache-2.0
// Who asks for what, as a token is held against it, and why a token may be refused.
#pragma once

#include <cstdint>
#include <string_view>

namespace segue::access {

struct Asker {
  std::string_view method;    // "GET"
  std::string_view scheme;    // "https"
  std::string_view host;      // without its port, in lower case
  std::string_view port;      // "8082"
  std::string_view path;      // as the origin will see it, without the token
  std::string_view query;     // without the token
  std::string_view address;   // of the client: "203.0.113.7"
  std::string_view referrer;  // the Referer field; empty: none
  std::int64_t now = 0;       // seconds since 1970
};

enum class Refusal : std::uint8_t {
  none,  // let through
  missing,
  malformed,
  unknown_key,
  bad_signature,
  expired,
  not_yet,
  issuer,
  audience,
  path,
  address,
  referrer,
  method,
  unsupported,  // a claim that this edge does not enforce: refused, for a restriction must not be dropped
};
[[nodiscard]] std::string_view name_of(Refusal refusal) noexcept;
// 200, 401 (a token is wanted: none, expired) or 403.
[[nodiscard]] int status_of(Refusal refusal) noexcept;

// No "." or ".." or empty segment, no backslash, no control character, no %2e, %2f, %5c, %00: nothing that a second reader could
// resolve to another path than the one that a token was held against.
[[nodiscard]] bool is_plain_path(std::string_view path) noexcept;

}  // namespace segue::access
