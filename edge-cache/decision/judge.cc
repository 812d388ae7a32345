// SPDX-License-Identifier: Apache-2.0
#include "edge-cache/decision/judge.h"

#include <algorithm>
#include <array>

#include "edge-cache/decision/decide.h"
#include "edge-cache/decision/vary.h"
#include "edge-cache/message/http_date.h"
#include "edge-cache/message/text.h"

namespace segue::edge {
namespace {

// Statuses whose meaning for caches is known here (RFC 9111 3, must-understand): all final ones of RFC 9110 but partial content.
bool understood(int status) noexcept {
  return (status >= 200 && status <= 205) || (status >= 300 && status <= 308) || (status >= 400 && status <= 417) || status == 421 ||
         status == 422 || status == 426 || (status >= 500 && status <= 505);
}

std::string_view why_not(const Request& request, const Judgement& judgement, const ResponseHead& head, const Directives& directives,
                         Lifetime lifetime) {
  const StoredResponse& response = judgement.response;
  if (head.status == 206 || head.status == 304) return "partial";
  const bool understands = directives.must_understand && understood(head.status);
  if (directives.must_understand && !understands) return "not understood";
  if (directives.no_store && !understands) return "no-store";
  if (directives.is_private) return "private";
  if (response.vary == "*") return "vary";
  if (response.tags.size() > kMostTags) return "tags";
  const bool shared_anyway = directives.is_public || directives.must_revalidate || directives.s_maxage.has_value();
  if (request.fields.has("Authorization") && !shared_anyway) return "authorization";  // RFC 9111 3.5
  if (!lifetime.stated && !directives.is_public && !heuristically_cacheable(head.status)) return "status";
  const bool useful =
      response.lifetime > 0 || response.has_validator() || response.stale_while_revalidate > 0 || directives.stale_if_error.has_value();
  return useful ? std::string_view() : "nothing to reuse";
}

// RFC 9111 5.2.2.5 and 5.2.2.7: what is one client's, or must not be used for another request, is not given to those who wait either.
bool is_for_all(const Request& request, const StoredResponse& response, const Directives& directives) {
  const bool of_one = directives.no_store || directives.is_private || response.fields.has("Set-Cookie") || !response.vary.empty();
  return is_server_error(response.status) && !of_one && !request.fields.has("Authorization");
}

void set_times(const Policy& policy, const Directives& directives, Lifetime lifetime, Exchange exchange, StoredResponse& response) {
  response.answered = exchange.answered;
  response.initial_age = initial_age(response.fields, response.date, exchange);
  response.lifetime = lifetime.seconds;
  response.no_cache = directives.no_cache;
  // s-maxage implies proxy-revalidate (RFC 9111 5.2.2.10).
  response.must_revalidate = directives.must_revalidate || directives.proxy_revalidate || directives.s_maxage.has_value();
  response.stale_while_revalidate = directives.stale_while_revalidate.value_or(0);
  response.stale_if_error = directives.stale_if_error.value_or(policy.stale_if_error);
}

void ensure_date(StoredResponse& response, std::string& owned_date) {
  if (response.fields.has("Date")) return;
  owned_date = print_http_date(response.date);
  response.fields.add("Date", owned_date);
}

// Kept of the stored response whatever a 304 says: they describe the bytes that are there. A 304's Content-Digest is that of its own
// content, which is empty (RFC 9530 2).
bool describes_the_body(std::string_view name) noexcept {
  constexpr std::array<std::string_view, 6> kNames = {"Content-Length", "Content-Encoding", "Content-Range",
                                                      "Content-Type",   "Content-Digest",   "Content-MD5"};
  return std::any_of(kNames.begin(), kNames.end(), [&](std::string_view known) { return same(known, name); });
}

bool withheld(const Directives& directives, std::string_view name) noexcept {
  return std::any_of(directives.withheld.begin(), directives.withheld.end(), [&](const std::string& listed) { return same(listed, name); });
}

void take_over(const ResponseHead& head, const Directives& directives, StoredResponse& response) {
  const std::string connection = head.fields.combined("Connection");
  for (const Field& field : head.fields) {
    const bool drop = is_hop_by_hop(field.name, connection) || same(field.name, "Content-Length") || same(field.name, "Age");
    if (!drop && !withheld(directives, field.name)) response.fields.add(field.name, field.value);
  }
}

}  // namespace

Judgement judge(const Policy& policy, const Request& request, const ResponseHead& head, Exchange exchange, std::string_view url,
                Owned& owned) {
  Judgement judgement;
  StoredResponse& response = judgement.response;
  const ResponseDirectives found = directives_of(head.fields, policy.targets);
  response.status = head.status;
  response.url = url;
  response.date = date_of(head.fields, exchange.answered);
  const Lifetime lifetime = lifetime_of(head.fields, head.status, found, response.date, policy);
  response.fields = head.fields;  // for the age
  set_times(policy, found.directives, lifetime, exchange, response);
  response.fields.clear();
  take_over(head, found.directives, response);
  ensure_date(response, owned.date);
  response.tags = tags_of(head.fields);
  owned.vary = vary_names(head.fields);
  response.vary = owned.vary;
  judgement.why_not = why_not(request, judgement, head, found.directives, lifetime);
  response.tags.resize(std::min(response.tags.size(), kMostTags));
  judgement.store = judgement.why_not.empty() && head.content_length.value_or(0) <= policy.largest_object;
  if (judgement.why_not.empty() && !judgement.store) judgement.why_not = "too large";
  judgement.shared = !judgement.store && is_for_all(request, response, found.directives);
  return judgement;
}

Judgement freshen(const Policy& policy, const Request& request, const StoredResponse& stored, const ResponseHead& head, Exchange exchange,
                  Owned& owned) {
  ResponseHead merged;
  merged.status = stored.status;
  const std::string connection = head.fields.combined("Connection");
  const auto updates = [&](const Field& field) { return !is_hop_by_hop(field.name, connection) && !describes_the_body(field.name); };
  for (const Field& field : stored.fields) {
    const bool replaced = head.fields.has(field.name) && updates(field);
    // A Date that the 304 does not repeat is no longer when the response was made.
    if (!replaced && !same(field.name, "Date")) merged.fields.add(field.name, field.value);
  }
  for (const Field& field : head.fields) {
    if (updates(field)) merged.fields.add(field.name, field.value);
  }
  return judge(policy, request, merged, exchange, stored.url, owned);
}

}  // namespace segue::edge
