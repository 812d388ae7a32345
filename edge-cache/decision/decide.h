// SPDX-License-Identifier: Apache-2.0
// Request, what is stored, clock → what to do (RFC 9111 4, RFC 5861). No state, no I/O.
#pragma once

#include <cstdint>
#include <string_view>

#include "edge-cache/decision/policy.h"
#include "edge-cache/decision/stored_response.h"

namespace segue::edge {

enum class Action {
  hit,                     // answer from the store
  stale_while_revalidate,  // answer from the store, and ask again behind the client's back
  revalidate,              // ask the origin with the stored validators, together with whoever asks for the same
  miss,                    // fetch it, together with whoever asks for the same
  fetch_alone,             // fetch it for this client only; what comes may be stored (Authorization)
  pass,                    // a request of the client's own to the origin; nothing is stored
  gateway_timeout,         // only-if-cached, and nothing that may be used (RFC 9111 5.2.1.7)
  loop,                    // it would go forward, and has been here before (RFC 8586)
};

// RFC 9211 2.2: why a request goes forward.
struct Decision {
  Action action = Action::pass;
  std::string_view forward;  // "uri-miss"; a literal
};

struct Found {
  const StoredResponse* stored = nullptr;  // null: nothing
  bool pass = false;                       // the last answer could not be stored: nobody waits for the next one (hit-for-miss)
  bool other_variant = false;              // there are responses to this address, none for this request
  bool soft_purged = false;                // counts as stale
  bool validated = false;                  // by a fetch that this request waited for: good for it whatever the clock says
};

[[nodiscard]] Decision decide(const Policy& policy, const Request& request, const Found& found, std::int64_t now);

// After a fetch failed, or was answered by a server error: may the stale response stand in (RFC 9111 4.2.4, RFC 5861 4)?
[[nodiscard]] bool usable_on_error(const Policy& policy, const Request& request, const StoredResponse& stored, std::int64_t now);
// RFC 5861 4: 500, 502, 503, 504; and 508, of an edge that was asked twice.
[[nodiscard]] constexpr bool is_server_error(int status) noexcept {
  return status == 500 || (status >= 502 && status <= 504) || status == 508;
}

// Safe methods change nothing at the origin (RFC 9110 9.2.1); the others invalidate what is stored when they succeed (RFC 9111 4.4).
[[nodiscard]] bool is_unsafe(std::string_view method) noexcept;

}  // namespace segue::edge
