// SPDX-License-Identifier: Apache-2.0
// An edge's thread that follows the log of orders to fetch: asks the edge for what each names, one after the other, reports, and then
// keeps its position. An order that was not reported is carried out again after a restart: to fetch twice does no harm. Purges do not wait
// for it; it waits for those that were in their log before the order was read, so that they do not take away what it brings.
#pragma once

#include <atomic>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

#include "edge-cache/purge/log.h"

namespace segue::purge {

class Bringer {
 public:
  struct Brought {
    std::size_t objects = 0, failed = 0;
  };
  // Fetches a URL through the edge itself, from the bringer's thread; ends within a second when `stop` becomes true.
  using Bring = std::function<Brought(const std::string& url, const std::atomic<bool>& stop)>;

  // Starts the thread, which takes no signals.
  Bringer(const std::string& redis_socket, std::string edge, std::string position_file, Bring bring);
  ~Bringer();  // stops it; a second or two at most
  Bringer(const Bringer&) = delete;
  Bringer& operator=(const Bringer&) = delete;

  // From any thread. Nothing is read before it was said where a new edge starts; one that kept its position goes on there.
  [[nodiscard]] bool has_start() const;
  void start_at(Position newest);
  void purges_reached(Position position);
  void stop();  // soon

 private:
  void run();
  [[nodiscard]] bool carry_out_next();
  [[nodiscard]] bool wait_for_purges();
  Log log_;  // a connection of its own
  const std::string edge_, position_file_;
  const Bring bring_;
  std::atomic<bool> stop_{false};
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::optional<Position> position_;
  Position purges_;  // applied up to there
  std::thread thread_;
};

}  // namespace segue::purge
