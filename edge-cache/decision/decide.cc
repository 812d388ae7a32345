// SPDX-License-Identifier: Apache-2.0
#include "edge-cache/decision/decide.h"

#include <algorithm>
#include <array>

#include "edge-cache/decision/loop.h"
#include "edge-cache/decision/validators.h"
#include "edge-cache/message/cache_control.h"

namespace segue::edge {
namespace {

constexpr std::int64_t kClockTolerance = 60;  // s; small steps are the time service's daily work

Directives directives_of_request(const Policy& policy, const Request& request) {
  return policy.client_directives ? parse_cache_control(request.fields.combined("Cache-Control")) : Directives{};
}

// The client's own limits (RFC 9111 5.2.1) on a response of that age.
bool client_accepts(const Directives& wanted, std::int64_t age, std::int64_t lifetime) noexcept {
  if (wanted.no_cache || wanted.no_store) return false;
  if (wanted.max_age.has_value() && age > *wanted.max_age) return false;
  if (wanted.max_age == 0) return false;
  return !wanted.min_fresh.has_value() || lifetime - age >= *wanted.min_fresh;
}

Decision forward(const Directives& wanted, Action action, std::string_view why) noexcept {
  if (wanted.only_if_cached) return {Action::gateway_timeout, why};
  return {action, why};
}

Decision decide_stale(const Directives& wanted, const StoredResponse& stored, const Found& found, std::int64_t age) noexcept {
  const std::int64_t late = std::max<std::int64_t>(0, age - stored.lifetime);
  if (!stored.must_revalidate && !stored.no_cache && !found.soft_purged) {
    if (wanted.max_stale.has_value() && late <= *wanted.max_stale) return {Action::hit, ""};
    if (late < stored.stale_while_revalidate && client_accepts(wanted, 0, 1)) return {Action::stale_while_revalidate, "stale"};
  }
  return forward(wanted, Action::revalidate, "stale");
}

bool goes_forward(Action action) noexcept {
  return action == Action::revalidate || action == Action::miss || action == Action::fetch_alone || action == Action::pass;
}

// As if nobody had asked for it before on this request's behalf.
Decision decide_alone(const Policy& policy, const Request& request, const Found& found, std::int64_t now) {
  if (!request.is("GET") && !request.is("HEAD")) return {Action::pass, "method"};
  const bool has_body =
      request.fields.has("Transfer-Encoding") || (request.fields.has("Content-Length") && request.fields.first("Content-Length") != "0");
  if (has_body || only_for_origin(request)) return {Action::pass, "bypass"};
  const Directives wanted = directives_of_request(policy, request);
  if (found.stored != nullptr) {
    const StoredResponse& stored = *found.stored;
    if (found.validated) return {Action::hit, ""};
    const std::int64_t age = stored.age(now);
    // What came in the future came before the clock was set back: how old it is nobody knows.
    const bool dated = stored.answered <= now + kClockTolerance;
    const bool fresh = dated && age < stored.lifetime && !stored.no_cache && !found.soft_purged;
    Decision decision = !fresh                                         ? decide_stale(wanted, stored, found, age)
                        : client_accepts(wanted, age, stored.lifetime) ? Decision{Action::hit, ""}
                                                                       : forward(wanted, Action::revalidate, "request");
    // A HEAD cannot fill the store, and what it learns is not worth a second path.
    if (decision.action == Action::revalidate && request.is("HEAD")) decision.action = Action::pass;
    return decision;
  }
  const std::string_view why = found.other_variant ? "vary-miss" : "uri-miss";
  if (found.pass || wanted.no_store) return forward(wanted, Action::pass, found.pass ? "miss" : "request");
  if (request.is("HEAD")) return forward(wanted, Action::pass, why);
  if (request.fields.has("Authorization")) return forward(wanted, Action::fetch_alone, why);
  return forward(wanted, Action::miss, why);
}

}  // namespace

bool is_unsafe(std::string_view method) noexcept {
  constexpr std::array<std::string_view, 4> kSafe = {"GET", "HEAD", "OPTIONS", "TRACE"};
  return std::find(kSafe.begin(), kSafe.end(), method) == kSafe.end();
}

Decision decide(const Policy& policy, const Request& request, const Found& found, std::int64_t now) {
  const Decision decision = decide_alone(policy, request, found, now);
  if (goes_forward(decision.action) && comes_round(policy, request.fields)) return {Action::loop, decision.forward};
  return decision;
}

bool usable_on_error(const Policy& policy, const Request& request, const StoredResponse& stored, std::int64_t now) {
  if (stored.must_revalidate || stored.no_cache) return false;
  const Directives wanted = directives_of_request(policy, request);
  if (wanted.no_cache || wanted.max_age.has_value()) return false;
  return stored.age(now) - stored.lifetime < std::max(stored.stale_if_error, wanted.stale_if_error.value_or(0));
}

}  // namespace segue::edge
