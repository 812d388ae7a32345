// SPDX-License-Identifier: Apache-2.0
// May an origin's answer be stored, and as what (RFC 9111 3)?
#pragma once

#include <string>
#include <string_view>

#include "edge-cache/decision/freshness.h"
#include "edge-cache/decision/policy.h"
#include "edge-cache/decision/stored_response.h"
#include "edge-cache/message/response_head.h"

namespace segue::edge {

// Texts that a Judgement needs and that stand in no field: the caller keeps them.
struct Owned {
  std::string date, vary;
};

// What is made of an answer, stored or not: the fields that are sent on and the times that follow from it. Borrows from `head`, `url`
// and `owned`.
struct Judgement {
  bool store = false;
  std::string_view why_not;  // a literal: "no-store"
  bool shared = false;       // not stored, but for all who wait: a failing origin is not asked by everyone in turn
  StoredResponse response;
};

[[nodiscard]] Judgement judge(const Policy& policy, const Request& request, const ResponseHead& head, Exchange exchange,
                              std::string_view url, Owned& owned);

// RFC 9111 3.2: the stored response with the fields of a 304 that confirmed it. Borrows from both and from `owned`.
[[nodiscard]] Judgement freshen(const Policy& policy, const Request& request, const StoredResponse& stored, const ResponseHead& head,
                                Exchange exchange, Owned& owned);

}  // namespace segue::edge
