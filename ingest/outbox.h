// SPDX-License-Identifier: Apache-2.0
// Events on their way to the bus. A row leaves the outbox after Redis has taken it, so that one may be sent twice but none is lost.
#pragma once

#include "ingest/queue.h"

namespace segue::ingest {

// Sends all that is there, in order. Error: the bus is away, or somebody else's sending was waited for in vain; what is left stays.
[[nodiscard]] Result<void> send_outbox(Queue& queue, const Layout& layout);

}  // namespace segue::ingest
