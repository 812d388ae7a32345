// SPDX-License-Identifier: Apache-2.0
#include "edge-cache/decision/freshness.h"

#include <algorithm>
#include <array>

#include "edge-cache/message/http_date.h"
#include "edge-cache/message/text.h"

namespace segue::edge {
namespace {

// Of several values the first counts; one that is no number is as if it were not there (RFC 9111 5.1).
std::int64_t age_field(const Fields& response) {
  const std::string combined = response.combined("Age");
  ListReader list(combined);
  std::string_view first;
  if (!list.next(first)) return 0;
  return delta_seconds(first.substr(0, first.find(';'))).value_or(0);
}

}  // namespace

bool heuristically_cacheable(int status) noexcept {
  constexpr std::array<int, 11> kStatuses = {200, 203, 204, 300, 301, 308, 404, 405, 410, 414, 501};
  return std::find(kStatuses.begin(), kStatuses.end(), status) != kStatuses.end();
}

std::int64_t date_of(const Fields& response, std::int64_t answered) noexcept {
  return parse_http_date(response.first("Date"), answered).value_or(answered);
}

std::int64_t initial_age(const Fields& response, std::int64_t date, Exchange exchange) {
  const std::int64_t apparent = std::max<std::int64_t>(0, exchange.answered - date);
  const std::int64_t corrected = age_field(response) + std::max<std::int64_t>(0, exchange.answered - exchange.asked);
  return std::max(apparent, corrected);
}

Lifetime lifetime_of(const Fields& response, int status, const ResponseDirectives& found, std::int64_t date, const Policy& policy) {
  const Directives& directives = found.directives;
  if (directives.s_maxage.has_value()) return {*directives.s_maxage, true, "s-maxage"};
  if (directives.max_age.has_value()) return {*directives.max_age, true, "max-age"};
  if (!found.targeted && response.has("Expires")) {
    // A date that cannot be read is in the past (RFC 9111 5.3), and so are two different ones.
    const auto expires =
        parse_http_date(response.combined("Expires").size() == response.first("Expires").size() ? response.first("Expires") : "", date);
    return {std::max<std::int64_t>(0, expires.value_or(0) - date), true, "Expires"};
  }
  if (!heuristically_cacheable(status) && !directives.is_public) return {};
  const auto modified = parse_http_date(response.first("Last-Modified"), date);
  if (!modified.has_value() || *modified >= date) return {};
  const auto part = static_cast<std::int64_t>(static_cast<double>(date - *modified) * policy.heuristic_part);
  return {std::min(part, policy.longest_heuristic), false, "heuristic"};
}

}  // namespace segue::edge
