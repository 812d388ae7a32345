// SPDX-License-Identifier: Apache-2.0
// Fetching what a listener will ask for next, before he does: by the same path as what somebody waits for, so it is never fetched twice,
// and a listener who comes meanwhile joins. Only for answers that a listener got: what was fetched ahead leads to nothing further.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "edge-cache/fetch_job.h"
#include "edge-cache/worker.h"

namespace segue::edge {

// Path and query of this host, by CMCD's nor (CTA-5004) or else by the answer's Link: rel=next; empty: unknown. A player may only name
// what lies beside what he got, or one folder up and down again: another rendition. His nrr needs nothing: of an object in pieces the
// edge has or fetches all.
[[nodiscard]] std::string next_target(const Fields& request, const Fields& answer, std::string_view path, std::string_view query);

// Null: it is stored, under way, or the budget of `policy` is spent.
[[nodiscard]] std::unique_ptr<FetchJob> fetch_ahead(EdgeWorker& worker, const Policy& policy, const Request& request, std::int64_t now);

}  // namespace segue::edge
