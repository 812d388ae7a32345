// SPDX-License-Identifier: Apache-2.0
// base64url without padding (RFC 4648 5): how tokens and keys stand in addresses, cookies and files.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace segue::access {

[[nodiscard]] std::string base64url(std::string_view bytes);
// nullopt: another character, an impossible length, or bits left over. One text for each value: a token has no second spelling.
[[nodiscard]] std::optional<std::string> from_base64url(std::string_view text);

}  // namespace segue::access
