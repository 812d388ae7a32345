// SPDX-License-Identifier: Apache-2.0
// Clears away what processes left behind that ended in the middle of their work. Safe at any time, beside any number of workers.
#pragma once

#include "ingest/queue.h"

namespace segue::ingest {

// Staging folders of jobs that nobody works on, but for those that are sealed and still queued; leases that nobody holds.
[[nodiscard]] Result<void> sweep(Queue& queue, const Layout& layout);

}  // namespace segue::ingest
