// SPDX-License-Identifier: Apache-2.0
// How long a response may be used, and how old it is (RFC 9111 4.2). All times are Unix seconds, all spans seconds.
#pragma once

#include <cstdint>
#include <string_view>

#include "edge-cache/decision/policy.h"
#include "edge-cache/message/cache_control.h"

namespace segue::edge {

// When a response was asked for and when its head came.
struct Exchange {
  std::int64_t asked = 0, answered = 0;
};

// RFC 9111 4.2.3: corrected_initial_age.
[[nodiscard]] std::int64_t initial_age(const Fields& response, std::int64_t date, Exchange exchange);
// The Date field; `answered` when it is missing or unreadable.
[[nodiscard]] std::int64_t date_of(const Fields& response, std::int64_t answered) noexcept;

struct Lifetime {
  std::int64_t seconds = 0;
  bool stated = false;      // by the response itself, not a heuristic
  std::string_view source;  // what said so: "s-maxage", "max-age", "Expires", "heuristic"; empty: nothing
};
[[nodiscard]] Lifetime lifetime_of(const Fields& response, int status, const ResponseDirectives& found, std::int64_t date,
                                   const Policy& policy);

// RFC 9110 15.1: statuses that may live by a heuristic.
[[nodiscard]] bool heuristically_cacheable(int status) noexcept;

}  // namespace segue::edge
