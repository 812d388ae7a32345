// SPDX-License-Identifier: Apache-2.0
// Percent-decoding (RFC 3986 2.1). What is no valid escape stays as it is.
#pragma once

#include <string>
#include <string_view>

namespace segue::edge {

[[nodiscard]] std::string percent_decoded(std::string_view text);

}  // namespace segue::edge
