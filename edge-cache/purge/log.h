// SPDX-License-Identifier: Apache-2.0
// The logs of purges and of orders to fetch in Redis (docs/formats/purge.md): operators write, edges read in order, acknowledge the ones
// and report on the others. Blocking; one thread.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "edge-cache/purge/follower.h"
#include "service/redis.h"

namespace segue::purge {

inline constexpr int kLogLength = 100000;             // entries that stay to be replayed, approximately
inline constexpr std::chrono::seconds kAliveFor{15};  // an edge that was not heard of for longer is not waited for
inline constexpr std::chrono::hours kKnownFor{1};     // and after so long it is not missed any more

struct Entry {
  Position position;
  Order order;
};
struct Ack {
  std::string edge;
  Position position;
};

// What became of one order to fetch, on one edge.
struct Report {
  std::string edge;
  Position position;
  std::size_t objects = 0, failed = 0;  // of a playlist all that it names
};

class Log {
 public:
  explicit Log(std::string redis_socket) : redis_(std::move(redis_socket)) {}
  void interrupt() noexcept { redis_.interrupt(); }

  // Operators. The orders are in the log, one after the other, when it returns the last one's position. Orders to fetch have a log of
  // their own: an edge that does not know them, or is busy with them, misses no purge.
  [[nodiscard]] Result<Position> write(const std::vector<Order>& purges);
  [[nodiscard]] Result<Position> write_fetches(const std::vector<Order>& fetches);
  [[nodiscard]] Result<std::vector<std::string>> edges_alive();
  // Those that were, within the last hour.
  struct Silent {
    std::string edge;
    std::chrono::seconds since;
  };
  [[nodiscard]] Result<std::vector<Silent>> edges_silent();
  [[nodiscard]] Result<std::string> newest_ack();  // an id for read_acks(); "0-0" when there is none
  // Those after `id`, which is moved; waits for the first when there is none yet.
  [[nodiscard]] Result<std::vector<Ack>> read_acks(std::string& id, std::chrono::milliseconds wait);

  [[nodiscard]] Result<std::string> newest_report();
  [[nodiscard]] Result<std::vector<Report>> read_reports(std::string& id, std::chrono::milliseconds wait);

  // Edges.
  [[nodiscard]] Result<void> announce(const std::string& edge);
  [[nodiscard]] Result<std::optional<LogEnds>> ends();
  [[nodiscard]] Result<std::vector<Entry>> read(Position after, std::chrono::milliseconds wait);
  [[nodiscard]] Result<Position> newest_fetch();  // 0-0: none yet
  [[nodiscard]] Result<std::vector<Entry>> read_fetches(Position after, std::chrono::milliseconds wait);
  [[nodiscard]] Result<void> acknowledge(const Ack& ack);
  [[nodiscard]] Result<void> report(const Report& report);

 private:
  [[nodiscard]] Result<std::int64_t> now_ms();
  [[nodiscard]] Result<std::string> newest(std::string_view stream);
  [[nodiscard]] Result<Position> write_to(std::string_view stream, const std::vector<Order>& orders);
  [[nodiscard]] Result<std::vector<Entry>> read_from(std::string_view stream, Position after, std::chrono::milliseconds wait);
  service::Redis redis_;
};

}  // namespace segue::purge
