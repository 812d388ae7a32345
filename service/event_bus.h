// SPDX-License-Identifier: Apache-2.0
// The bus between services: one Redis Stream, docs/formats/events.md. The only home of hiredis. Each call connects when it is not
// connected; a bus that is down is an error that the caller may ignore, because what it wanted to say is kept in its own outbox.
#pragma once

#include <memory>
#include <string>

#include "media/result.h"

struct redisContext;

namespace segue::service {

inline constexpr const char* kEventStream = "segue:events";
// So many events stay to be replayed (approximately); a reader that was away for longer asks the services anew.
inline constexpr int kEventStreamLength = 100000;

struct Event {
  std::string id;       // the sender's own, the same when the event is sent again: readers drop what they have seen
  std::string type;     // "asset.published"
  std::string payload;  // a JSON object
};

class EventBus {
 public:
  explicit EventBus(std::string socket_path) : socket_(std::move(socket_path)) {}
  // In the stream when it returns. Error: the socket, what Redis or the system said.
  [[nodiscard]] Result<void> publish(const Event& event);
  [[nodiscard]] Result<void> ping();

 private:
  struct Close {
    void operator()(redisContext* context) const noexcept;
  };
  [[nodiscard]] Result<void> connect();
  std::string socket_;
  std::unique_ptr<redisContext, Close> context_;
};

}  // namespace segue::service
