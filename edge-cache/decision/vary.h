// SPDX-License-Identifier: Apache-2.0
// Vary (RFC 9110 12.5.5, RFC 9111 4.1): which request fields choose among the stored responses of one address.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "edge-cache/decision/policy.h"

namespace segue::edge {

// The names, lower case, sorted, each once, joined by commas. Empty: no Vary. "*": matches nothing ever.
[[nodiscard]] std::string vary_names(const Fields& response);

// The values of those fields in a request, in one normal form: a text that is equal for two requests exactly when they may share.
// Accept-Encoding shrinks to the codings that exist in practice, Accept-Language to its order of preference; an absent field is not an
// empty one.
[[nodiscard]] std::string vary_values(std::string_view names, const Request& request);

// What remains of Accept-Encoding: "br, gzip". It is also what is asked of the origin, so that what is stored fits its key.
[[nodiscard]] std::string normal_accept_encoding(std::string_view value);
// Of those, what the origin offers ("br, gzip" where it has only gzip: "gzip"), so that clients who differ in what it has not share.
[[nodiscard]] std::string offered_codings(std::string_view accept_encoding, const std::vector<std::string>& offered);
[[nodiscard]] std::string normal_accept_language(std::string_view value);

}  // namespace segue::edge
