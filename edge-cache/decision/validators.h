// SPDX-License-Identifier: Apache-2.0
// ETag and Last-Modified: does a conditional request hold (RFC 9110 13, RFC 9111 4.3.2)?
#pragma once

#include <cstdint>
#include <string_view>

#include "edge-cache/decision/policy.h"

namespace segue::edge {

[[nodiscard]] bool weakly_equal(std::string_view a, std::string_view b) noexcept;
[[nodiscard]] bool strongly_equal(std::string_view a, std::string_view b) noexcept;

// A request that only the origin may answer: If-Match and If-Unmodified-Since (RFC 9111 4.3.2).
[[nodiscard]] bool only_for_origin(const Request& request) noexcept;
// The client's own copy is good: 304. If-None-Match goes before If-Modified-Since; without Last-Modified, `date` stands in for it.
[[nodiscard]] bool not_modified(const Request& request, const Fields& stored, std::int64_t date, std::int64_t now);
// If-Range: may the range be answered (RFC 9110 13.1.5)? True without the field.
[[nodiscard]] bool range_holds(const Request& request, const Fields& stored, std::int64_t now);

}  // namespace segue::edge
