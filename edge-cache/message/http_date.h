// SPDX-License-Identifier: Apache-2.0
// HTTP-date (RFC 9110 5.6.7): three forms are read, strictly but without regard to case, one is written. Unix seconds.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace segue::edge {

// `now` decides the century of the two-digit year of the RFC 850 form: never more than 50 years ahead.
[[nodiscard]] std::optional<std::int64_t> parse_http_date(std::string_view text, std::int64_t now) noexcept;
[[nodiscard]] std::string print_http_date(std::int64_t time);

}  // namespace segue::edge
