// SPDX-License-Identifier: Apache-2.0
// Preposition by the log that purges go by: every edge fetches, in the log's order, also who was away.
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "media/result.h"

namespace segue::edge {

// A line for a person, or one JSON object; `complete` when every edge that is alive fetched everything. Error: Redis, or an address without
// a host.
struct Everywhere {
  std::string text;
  bool complete = false;
};
[[nodiscard]] Result<Everywhere> preposition_everywhere(const std::string& redis_socket, const std::vector<std::string>& urls,
                                                        std::chrono::seconds patience, bool as_json);

}  // namespace segue::edge
