// SPDX-License-Identifier: Apache-2.0
// The bus between services: one Redis Stream, docs/formats/events.md. Each call connects when it is not connected; a bus that is down is an
// error that the caller may ignore, because what it wanted to say is kept in its own outbox.
#pragma once

#include <chrono>
#include <cstdint>
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

// Where a reader's position stands to what the stream holds.
enum class Standing : std::uint8_t {
  within,  // whatever followed it is there
  behind,  // what followed it may be there no more
  beyond   // it is another stream's, of a Redis that came back empty with its clock stepped back: nothing may ever follow it
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
  // "0" stands within whatever there is. Asked after a read with the position that was read from: then nothing is missed in between.
  [[nodiscard]] Result<Standing> standing(const std::string& position);

 private:
  Redis redis_;
};

}  // namespace segue::service
