// SPDX-License-Identifier: Apache-2.0
#include "service/event_bus.h"

#include <algorithm>
#include <cstdlib>
#include <optional>
#include <utility>

namespace segue::service {
namespace {

constexpr std::chrono::milliseconds kLongestRead{20'000};

Event event_of(const std::vector<RedisReply>& fields) {
  Event event;
  for (std::size_t i = 0; i + 1 < fields.size(); i += 2) {
    const std::string &name = fields[i].text, &value = fields[i + 1].text;
    if (name == "id") event.id = value;
    if (name == "type") event.type = value;
    if (name == "payload") event.payload = value;
  }
  return event;
}

// "1700000000000-3"; without a '-' the second number is 0.
using Place = std::pair<unsigned long long, unsigned long long>;
Place place_of(const std::string& position) {
  char* end = nullptr;
  const auto time = std::strtoull(position.c_str(), &end, 10);
  return {time, *end == '-' ? std::strtoull(end + 1, nullptr, 10) : 0};
}

// Of XRANGE's reply, [[position, […]], …]; nullopt: the stream is empty.
std::optional<Place> first_of(const RedisReply& reply) {
  if (reply.items.empty() || reply.items[0].items.empty()) return std::nullopt;
  return place_of(reply.items[0].items[0].text);
}

}  // namespace

Result<void> EventBus::publish(const Event& event) {
  const std::string length = std::to_string(kEventStreamLength);
  auto reply =
      redis_.command({"XADD", kEventStream, "MAXLEN", "~", length, "*", "id", event.id, "type", event.type, "payload", event.payload});
  if (!reply) return std::move(reply).error();
  return {};
}

Result<void> EventBus::ping() {
  auto reply = redis_.command({"PING"});
  if (!reply) return std::move(reply).error();
  return {};
}

// The reply: nil, or [[stream, [[position, [name, value, …]], …]]].
Result<std::vector<ReceivedEvent>> EventBus::read(const std::string& position, int most, std::chrono::milliseconds patience) {
  const auto wait = std::min<std::chrono::milliseconds>(patience, kLongestRead);
  const std::string count = std::to_string(most), block = std::to_string(std::max<long>(1, wait.count()));
  auto reply = redis_.command({"XREAD", "COUNT", count, "BLOCK", block, "STREAMS", kEventStream, position}, wait);
  if (!reply) return std::move(reply).error();
  std::vector<ReceivedEvent> events;
  if (reply->items.size() != 1 || reply->items[0].items.size() != 2) return events;
  for (const RedisReply& entry : reply->items[0].items[1].items) {
    if (entry.items.size() == 2) events.push_back({entry.items[0].text, event_of(entry.items[1].items)});
  }
  return events;
}

// The last entry is never trimmed: a reader that has seen all stands on it.
Result<Standing> EventBus::standing(const std::string& position) {
  const Place at = place_of(position);
  if (at == Place{}) return Standing::within;
  auto oldest = redis_.command({"XRANGE", kEventStream, "-", "+", "COUNT", "1"});
  if (!oldest) return std::move(oldest).error();
  auto newest = redis_.command({"XREVRANGE", kEventStream, "+", "-", "COUNT", "1"});
  if (!newest) return std::move(newest).error();
  const auto first = first_of(*oldest), last = first_of(*newest);
  if (!first || !last || *last < at) return Standing::beyond;
  return at < *first ? Standing::behind : Standing::within;
}

}  // namespace segue::service
