// SPDX-License-Identifier: Apache-2.0
// An operator's purge from beginning to end: into the log, then until every edge that is alive has acknowledged. Blocking.
#pragma once

#include "edge-cache/purge/acks.h"
#include "edge-cache/purge/log.h"

namespace segue::purge {

struct Outcome {
  Position position;
  Acks acks;
  double milliseconds = 0;  // from acceptance to the last acknowledgement that came
};

// Error: Redis; the message says whether the orders are in the log.
[[nodiscard]] Result<Outcome> carry_out(Log& log, const std::vector<Order>& orders, std::chrono::milliseconds patience);
// Orders to fetch, on every edge that is alive.
struct Fetched {
  Position position;                               // of the last order
  std::size_t edges = 0, objects = 0, failed = 0;  // objects: on all edges together
  std::vector<std::string> missing;                // edges that have not reported on all orders
  double milliseconds = 0;
};
[[nodiscard]] Result<Fetched> fetch_everywhere(Log& log, const std::vector<Order>& orders, std::chrono::milliseconds patience);
[[nodiscard]] std::string to_json(const Fetched& fetched, std::size_t orders);

// {"id":…,"orders":1,"edges":3,"applied":3,"milliseconds":12.1,"missing":[]}
[[nodiscard]] std::string to_json(const Outcome& outcome, std::size_t orders);

}  // namespace segue::purge
