// SPDX-License-Identifier: Apache-2.0
// Events on their way to the bus. A row leaves the outbox after Redis has taken it, so that one may be sent twice but none is lost.
#pragma once

#include <atomic>
#include <thread>

#include "ingest/queue.h"

namespace segue::ingest {

// Sends all that is there, in order. Error: the bus is away, or somebody else's sending was waited for in vain; what is left stays.
[[nodiscard]] Result<void> send_outbox(Queue& queue, const Layout& layout);

// A thread that sends what there is whenever a job has ended, and looks each second, for Redis may have been away: what is published is
// found while the next file is still encoded. What cannot be sent waits for the next sender, here or elsewhere.
class OutboxSender {
 public:
  explicit OutboxSender(const Layout& layout);
  ~OutboxSender();
  OutboxSender(const OutboxSender&) = delete;
  OutboxSender& operator=(const OutboxSender&) = delete;

 private:
  void run() const;
  const Layout layout_;
  std::atomic<bool> is_stopping_ = false;
  std::thread thread_;
};

}  // namespace segue::ingest
