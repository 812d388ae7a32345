// SPDX-License-Identifier: Apache-2.0
// The request to the origin, made from a client's.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "edge-cache/decision/policy.h"
#include "edge-cache/decision/stored_response.h"

namespace segue::edge {

struct UpstreamOptions {
  bool pass = false;                         // the client's own: its conditions and ranges stay
  const StoredResponse* validate = nullptr;  // ask whether this is still good
  std::uint64_t resume_from = 0;             // the rest of a body that broke off; needs `resume_etag`
  std::string_view resume_etag = {};
  std::string_view client_address = {};  // for X-Forwarded-For; empty: not told
  std::string_view scheme = {};          // for X-Forwarded-Proto; empty: not told
  std::string_view host = {};            // empty: the client's
  std::int64_t body_bytes = -1;          // of the request's body; -1: none
};

[[nodiscard]] std::string print_upstream_request(const Policy& policy, const Request& request, const UpstreamOptions& options);

}  // namespace segue::edge
