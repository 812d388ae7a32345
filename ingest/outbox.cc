// SPDX-License-Identifier: Apache-2.0
#include "ingest/outbox.h"

#include <chrono>

#include "ingest/wake.h"
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

OutboxSender::OutboxSender(const Layout& layout) : layout_(layout), thread_([this] { run(); }) {}

OutboxSender::~OutboxSender() {
  is_stopping_ = true;
  Wake::touch(layout_.wake());
  thread_.join();
}

void OutboxSender::run() const {
  constexpr std::chrono::seconds kPatience{1};
  while (!is_stopping_) {
    // A queue that is busy, or a process without a descriptor left, is so for a moment.
    auto queue = Queue::open(layout_);
    auto wake = Wake::watch(layout_.wake());
    if (!queue || !wake) std::this_thread::sleep_for(kPatience);
    while (queue && wake && !is_stopping_) {
      static_cast<void>(send_outbox(*queue, layout_));
      wake->wait(kPatience);
    }
  }
}

}  // namespace segue::ingest
