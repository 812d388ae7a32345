// SPDX-License-Identifier: Apache-2.0
// The directives of Cache-Control (RFC 9111 5.2, 5861, 8246) and of targeted fields such as CDN-Cache-Control (RFC 9213).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "edge-cache/message/fields.h"

namespace segue::edge {

struct Directives {
  // Seconds. A value that is no number counts as 0: RFC 9111 4.2.1 encourages to hold what is invalid for stale.
  std::optional<std::int64_t> max_age, s_maxage, stale_while_revalidate, stale_if_error, min_fresh;
  std::optional<std::int64_t> max_stale;  // without a value: any staleness
  bool no_store = false, no_cache = false, is_private = false, is_public = false;
  bool must_revalidate = false, proxy_revalidate = false, must_understand = false, immutable = false, only_if_cached = false;
  // Fields that no-cache="…" and private="…" name, lower case: those, not the whole response, are meant.
  std::vector<std::string> withheld;
};

// Of a request or a response. Unknown directives are passed over; of a repeated one the first counts.
[[nodiscard]] Directives parse_cache_control(std::string_view combined);
// RFC 9213: a structured dictionary. Nothing: absent or malformed (2.2: then the field is ignored).
[[nodiscard]] std::optional<Directives> parse_targeted(std::string_view combined);

// What a response tells this cache: the first targeted field of `targets` that is present and well-formed, else Cache-Control.
struct ResponseDirectives {
  Directives directives;
  bool targeted = false;   // then Expires does not count either
  std::string_view field;  // which one it was; borrows from `targets`
};
[[nodiscard]] ResponseDirectives directives_of(const Fields& response, const std::vector<std::string>& targets);

}  // namespace segue::edge
