// SPDX-License-Identifier: Apache-2.0
// What names an object: host and target, normalised; with Vary, the request fields that the response depended on as well (RFC 9111 4.1).
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "edge-cache/decision/policy.h"

namespace segue::edge {

// 128 bits of a keyed hash (SipHash-2-4-128, keyed once for each cache folder): nobody outside can make two addresses meet.
using Key = std::array<std::uint64_t, 2>;
using HashSecret = std::array<std::uint64_t, 2>;

[[nodiscard]] Key hash(const HashSecret& secret, std::string_view bytes) noexcept;
[[nodiscard]] std::string hexadecimal(const Key& key);  // 32 digits

// The target without ignored parameters and without a fragment; spelling of the rest is kept, and unless only certain ones are kept their
// order as well; an empty query is dropped.
[[nodiscard]] std::string normal_target(const Policy& policy, std::string_view target);
// "host/path?query"
[[nodiscard]] std::string url_of(const Policy& policy, const Request& request);
// Of a URL that an operator wrote, "http://host/path" or "host/path".
[[nodiscard]] std::string url_of(std::string_view written);
[[nodiscard]] std::string url_of(const Policy& policy, std::string_view written);  // as requests for it are named

}  // namespace segue::edge
