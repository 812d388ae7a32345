// SPDX-License-Identifier: Apache-2.0
// The bus between services: one Redis Stream, docs/formats/events.md. Each call connects when it is not connected; a bus that is down is an
// error that the caller may ignore, because what it wanted to say is kept in its own outbox.
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "media/result.h"
#include "service/redis.h"

namespace segue::service {

inline constexpr const char* kEventStream = "segue:events";
// So many events stay to be replayed (approximately); a reader that was away for longer asks the services anew.
inline constexpr int kEventStreamLength = 100000;

struct Event {
  std::string id;       // the sender's own, the same when the event is sent again: readers drop what they have seen
  std::string type;     // "asset.published"
  std::string payload;  // a JSON object
};

struct ReceivedEvent {
  std::string position;  // in the stream: read on from here
  Event event;           // without what the sender left out
};

class EventBus {
 public:
  explicit EventBus(std::string socket_path) : redis_(std::move(socket_path)) {}
  // In the stream when it returns. Error: the socket, what Redis or the system said.
  [[nodiscard]] Result<void> publish(const Event& event);
  [[nodiscard]] Result<void> ping();
  // What stands in the stream behind `position` ("0": from its beginning), at most `most`, oldest first; waits up to `patience` for the
  // first. Empty: nothing came.
  [[nodiscard]] Result<std::vector<ReceivedEvent>> read(const std::string& position, int most, std::chrono::milliseconds patience);

 private:
  Redis redis_;
};

}  // namespace segue::service
