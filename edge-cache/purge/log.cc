// SPDX-License-Identifier: Apache-2.0
#include "edge-cache/purge/log.h"

#include <algorithm>
#include <charconv>

namespace segue::purge {
namespace {

using service::RedisReply;

constexpr std::string_view kStream = "segue:purges", kAcks = "segue:purges:acks", kEdges = "segue:edges";
constexpr std::string_view kFetches = "segue:fetches", kReports = "segue:fetched";
constexpr std::string_view kBatch = "500", kAckLength = "10000";

// One step for everybody else: a log's first entry makes its epoch, later ones count on.
constexpr std::string_view kWrite = R"(
local last = redis.call('XREVRANGE', KEYS[1], '+', '-', 'COUNT', 1)
local epoch
if last[1] then
  epoch = string.match(last[1][1], '^%d+')
else
  local now = redis.call('TIME')
  epoch = string.format('%d', now[1] * 1000 + math.floor(now[2] / 1000))
end
local id
for i = 2, #ARGV, 3 do
  local number = last[1] and '*' or '1'
  id = redis.call('XADD', KEYS[1], 'MAXLEN', '~', ARGV[1], epoch .. '-' .. number, 'kind', ARGV[i], 'what', ARGV[i + 1], 'hard', ARGV[i + 2])
  last[1] = id
end
return id
)";

std::string_view field(const RedisReply& fields, std::string_view name) {
  for (std::size_t i = 0; i + 1 < fields.items.size(); i += 2)
    if (fields.items[i].text == name) return fields.items[i + 1].text;
  return {};
}

// Calls `each` with the id and the fields of every entry of an XREAD of one stream.
template <class Each>
void each_entry(const RedisReply& reply, Each each) {
  if (reply.items.empty() || reply.items[0].items.size() != 2) return;
  for (const RedisReply& entry : reply.items[0].items[1].items)
    if (entry.items.size() == 2) each(entry.items[0].text, entry.items[1]);
}

// An entry that we cannot read was written by somebody newer: everything counts as hit, softly, rather than nothing.
Order order_of(const RedisReply& fields) {
  const auto kind = kind_of(field(fields, "kind"));
  Order order{kind.value_or(Kind::all), std::string(field(fields, "what")), field(fields, "hard") == "1"};
  if (kind && can_read(order)) return order;
  return {Kind::all, "", false};
}

std::size_t number(std::string_view text) {
  std::size_t value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

}  // namespace

Result<Position> Log::write(const std::vector<Order>& purges) { return write_to(kStream, purges); }
Result<Position> Log::write_fetches(const std::vector<Order>& fetches) { return write_to(kFetches, fetches); }

Result<Position> Log::write_to(std::string_view stream, const std::vector<Order>& orders) {
  const std::string length = std::to_string(kLogLength);
  std::vector<std::string_view> words{"EVAL", kWrite, "1", stream, length};
  for (const Order& order : orders) words.insert(words.end(), {name_of(order.kind), order.what, order.hard ? "1" : "0"});
  const auto reply = redis_.command(words);
  if (!reply) return reply.error();
  const auto position = position_of(reply->text);
  if (!position) return Error{std::string(stream) + ": an entry's id is " + reply->text};
  return *position;
}

// Redis' own clock: machines whose clocks differ agree about who is alive.
Result<std::int64_t> Log::now_ms() {
  const auto reply = redis_.command({"TIME"});
  if (!reply) return reply.error();
  if (reply->items.size() != 2) return Error{"TIME: expected seconds and microseconds, found something else"};
  return static_cast<std::int64_t>(number(reply->items[0].text) * 1000 + number(reply->items[1].text) / 1000);
}

Result<std::vector<std::string>> Log::edges_alive() {
  const auto now = now_ms();
  if (!now) return now.error();
  const std::string since = std::to_string(*now - std::chrono::milliseconds(kAliveFor).count());
  const auto reply = redis_.command({"ZRANGEBYSCORE", kEdges, since, "+inf"});
  if (!reply) return reply.error();
  std::vector<std::string> edges;
  for (const RedisReply& edge : reply->items) edges.push_back(edge.text);
  return edges;
}

Result<std::vector<Log::Silent>> Log::edges_silent() {
  const auto now = now_ms();
  if (!now) return now.error();
  const std::int64_t alive = *now - std::chrono::milliseconds(kAliveFor).count(),
                     known = *now - std::chrono::milliseconds(kKnownFor).count();
  const auto reply = redis_.command({"ZRANGEBYSCORE", kEdges, std::to_string(known), "(" + std::to_string(alive), "WITHSCORES"});
  if (!reply) return reply.error();
  std::vector<Silent> silent;
  for (std::size_t i = 0; i + 1 < reply->items.size(); i += 2) {
    std::int64_t heard = *now;
    std::from_chars(reply->items[i + 1].text.data(), reply->items[i + 1].text.data() + reply->items[i + 1].text.size(), heard);
    silent.push_back({reply->items[i].text, std::chrono::seconds((*now - heard) / 1000)});
  }
  return silent;
}

Result<std::string> Log::newest(std::string_view stream) {
  const auto reply = redis_.command({"XREVRANGE", stream, "+", "-", "COUNT", "1"});
  if (!reply) return reply.error();
  return reply->items.empty() || reply->items[0].items.empty() ? std::string("0-0") : reply->items[0].items[0].text;
}

Result<std::string> Log::newest_ack() { return newest(kAcks); }
Result<std::string> Log::newest_report() { return newest(kReports); }

Result<std::vector<Ack>> Log::read_acks(std::string& id, std::chrono::milliseconds wait) {
  const std::string block = std::to_string(std::max<std::int64_t>(1, wait.count()));
  const auto reply = redis_.command({"XREAD", "COUNT", kBatch, "BLOCK", block, "STREAMS", kAcks, id}, wait);
  if (!reply) return reply.error();
  std::vector<Ack> acks;
  each_entry(*reply, [&](const std::string& entry, const RedisReply& fields) {
    id = entry;
    if (const auto position = position_of(field(fields, "position"))) acks.push_back({std::string(field(fields, "edge")), *position});
  });
  return acks;
}

Result<std::vector<Report>> Log::read_reports(std::string& id, std::chrono::milliseconds wait) {
  const std::string block = std::to_string(std::max<std::int64_t>(1, wait.count()));
  const auto reply = redis_.command({"XREAD", "COUNT", kBatch, "BLOCK", block, "STREAMS", kReports, id}, wait);
  if (!reply) return reply.error();
  std::vector<Report> reports;
  each_entry(*reply, [&](const std::string& entry, const RedisReply& fields) {
    id = entry;
    const auto position = position_of(field(fields, "position"));
    if (position)
      reports.push_back({std::string(field(fields, "edge")), *position, number(field(fields, "objects")), number(field(fields, "failed"))});
  });
  return reports;
}

Result<void> Log::announce(const std::string& edge) {
  const auto now = now_ms();
  if (!now) return now.error();
  const auto reply = redis_.command({"ZADD", kEdges, std::to_string(*now), edge});
  return reply ? Result<void>() : reply.error();
}

Result<std::optional<LogEnds>> Log::ends() {
  LogEnds ends;
  for (const bool last : {false, true}) {
    const auto reply =
        last ? redis_.command({"XREVRANGE", kStream, "+", "-", "COUNT", "1"}) : redis_.command({"XRANGE", kStream, "-", "+", "COUNT", "1"});
    if (!reply) return reply.error();
    if (reply->items.empty() || reply->items[0].items.empty()) return std::optional<LogEnds>();
    const auto position = position_of(reply->items[0].items[0].text);
    if (!position) return Error{"segue:purges: an entry's id is " + reply->items[0].items[0].text};
    (last ? ends.last : ends.first) = *position;
  }
  return std::optional(ends);
}

Result<Position> Log::newest_fetch() {
  const auto id = newest(kFetches);
  if (!id) return id.error();
  const auto position = position_of(*id);
  if (!position) return Error{std::string(kFetches) + ": an entry's id is " + *id};
  return *position;
}

Result<std::vector<Entry>> Log::read(Position after, std::chrono::milliseconds wait) { return read_from(kStream, after, wait); }
Result<std::vector<Entry>> Log::read_fetches(Position after, std::chrono::milliseconds wait) { return read_from(kFetches, after, wait); }

Result<std::vector<Entry>> Log::read_from(std::string_view stream, Position after, std::chrono::milliseconds wait) {
  const std::string block = std::to_string(std::max<std::int64_t>(1, wait.count())), from = text_of(after);
  const auto reply = redis_.command({"XREAD", "COUNT", kBatch, "BLOCK", block, "STREAMS", stream, from}, wait);
  if (!reply) return reply.error();
  std::vector<Entry> entries;
  each_entry(*reply, [&](const std::string& id, const RedisReply& fields) {
    if (const auto position = position_of(id)) entries.push_back({*position, order_of(fields)});
  });
  return entries;
}

Result<void> Log::acknowledge(const Ack& ack) {
  const std::string position = text_of(ack.position);
  const auto reply = redis_.command({"XADD", kAcks, "MAXLEN", "~", kAckLength, "*", "edge", ack.edge, "position", position});
  return reply ? Result<void>() : reply.error();
}

Result<void> Log::report(const Report& report) {
  const std::string position = text_of(report.position), objects = std::to_string(report.objects), failed = std::to_string(report.failed);
  const auto reply = redis_.command(
      {"XADD", kReports, "MAXLEN", "~", kAckLength, "*", "edge", report.edge, "position", position, "objects", objects, "failed", failed});
  return reply ? Result<void>() : reply.error();
}

}  // namespace segue::purge
