// SPDX-License-Identifier: Apache-2.0
#include "ingest/outbox.h"

#include "service/event_bus.h"

namespace segue::ingest {

Result<void> send_outbox(Queue& queue, const Layout& layout) {
  // One sender at a time keeps the order; the bus answers within its patience or fails, so nobody waits long.
  auto lock = service::FileLock::acquire(layout.root + "/outbox.lock");
  if (!lock) return std::move(lock).error();
  service::EventBus bus(layout.redis);
  for (;;) {
    auto rows = queue.outbox();
    if (!rows) return std::move(rows).error();
    if (rows->empty()) return {};
    for (const OutboxRow& row : *rows) {
      if (auto sent = bus.publish({row.event, row.type, row.payload}); !sent) return sent;
      if (auto gone = queue.sent(row.id); !gone) return gone;
    }
  }
}

}  // namespace segue::ingest
