// SPDX-License-Identifier: Apache-2.0
// What an edge knows of an address, and what it would do with a request for it now: for operators who wonder about a hit or a miss.
// Only looks: no use is counted, nothing is forgotten, no origin is asked.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "edge-cache/decision/decide.h"
#include "edge-cache/worker.h"

namespace segue::edge {

// Of what is stored for this request.
struct StoredFacts {
  int status = 0;
  std::int64_t age = 0, lifetime = 0, stale_while_revalidate = 0, stale_if_error = 0;  // s
  std::string lifetime_from;                                                           // "Cache-Control: max-age"; empty: nothing said so
  bool no_cache = false, must_revalidate = false;
  std::vector<std::string> tags;
  std::uint64_t body_bytes = 0, disk_bytes = 0, memory_bytes = 0;  // memory: of the file, in the system's page cache
  std::string file;                                                // below the cache's folder
  std::string_view queue;                                          // "small" (on probation) or "main"
  int uses = 0;                                                    // since it entered its queue, 3: three or more
};

// A fetch that is under way and that a request would join.
struct FetchFacts {
  std::uint64_t arrived = 0;
  std::int64_t body_bytes = -1;  // -1: not known yet
};

struct Explanation {
  std::string url, key;    // what names it, and its hash in hexadecimal digits (of this request's variant)
  std::string_view state;  // "fresh", "stale", "absent", "uncacheable"
  Decision decision;       // what a request would get
  Purged purged = Purged::no;
  bool remembered = false;           // absent, but known: kept out by the admission, or evicted, not long ago
  std::int64_t uncacheable_for = 0;  // s: until one request tries for all again
  std::string vary, vary_values;     // on what the address depends, and this request's values in their normal form
  std::optional<StoredFacts> stored;
  std::optional<FetchFacts> fetch;
};

[[nodiscard]] Explanation explain(EdgeWorker& worker, const Policy& policy, const Request& request, std::int64_t now);
// "hit", "stale-while-revalidate", "revalidate", "miss", "fetch-alone", "pass", "gateway-timeout".
[[nodiscard]] std::string_view name_of(Action action) noexcept;
// One JSON object (docs/edge.md).
[[nodiscard]] std::string to_json(const Explanation& explanation);

}  // namespace segue::edge
