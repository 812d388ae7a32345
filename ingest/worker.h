// SPDX-License-Identifier: Apache-2.0
// `segue ingest --worker`: takes whatever job is queued, clears up after the dead, empties the outbox, until it is told to stop.
#pragma once

#include <atomic>
#include <functional>

#include "ingest/layout.h"
#include "media/result.h"

namespace segue::ingest {

// Returns once `stop` is set and the jobs at work were given back. `log`: one line, from any thread. Error: the queue cannot be opened.
[[nodiscard]] Result<void> run_worker(const Layout& layout, int jobs, const std::atomic<bool>& stop,
                                      const std::function<void(const std::string&)>& log);

}  // namespace segue::ingest
