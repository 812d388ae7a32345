// SPDX-License-Identifier: Apache-2.0
// Percent-encoding of addresses (RFC 3986 2.1).
#pragma once

#include <string>
#include <string_view>

namespace segue::manifests {

// A '%' without two hexadecimal digits behind it stays as it is.
[[nodiscard]] std::string percent_decoded(std::string_view text);

}  // namespace segue::manifests
