// SPDX-License-Identifier: Apache-2.0
// An edge's own thread that follows the log of purges: applies each order, then keeps its position, then acknowledges. Redis may go and
// come back at any time; meanwhile the edge serves what it has.
#pragma once

#include <atomic>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <string>
#include <thread>

#include "edge-cache/purge/bringer.h"
#include "edge-cache/purge/log.h"

namespace segue::purge {

struct AgentOptions {
  std::string redis_socket;
  std::string edge;           // its name, its own among all edges
  std::string position_file;  // in the cache's folder, lives and dies with what it holds; beside it NAME-fetched
  bool empty_cache = false;
  std::function<void(const Order&)> apply;           // from this thread; from its return on nobody is answered with what it hit
  std::function<void(const std::string&)> complain;  // once for each new fault
  Bringer::Bring bring = {};                         // null: orders to fetch are reported as failed
  std::function<bool()> is_empty = {};               // the cache, now; null: as at the start
  std::function<void()> doubt = {};                  // orders were lost: everything may have been purged; null: a soft purge of all
};

// Read by any thread.
struct AgentFigures {
  std::atomic<std::uint64_t> applied{0}, lost{0};
  std::atomic<std::int64_t> heard_ms{0};  // Unix milliseconds of the last word of Redis; 0: none yet
};

class Agent {
 public:
  explicit Agent(AgentOptions options);  // starts the thread, which takes no signals
  ~Agent();                              // stops it, at once
  Agent(const Agent&) = delete;
  Agent& operator=(const Agent&) = delete;
  [[nodiscard]] const AgentFigures& figures() const noexcept { return figures_; }

 private:
  void run();
  [[nodiscard]] bool look();
  [[nodiscard]] bool read();
  [[nodiscard]] bool start_bringer();
  [[nodiscard]] bool acknowledge();
  void heard();
  void after(Step step);
  void fault(const std::string& message);
  void keep();
  AgentOptions options_;
  Log log_;
  Follower follower_;
  AgentFigures figures_;
  Bringer bringer_;
  std::string last_fault_;
  bool in_vain_ = false;  // Redis was asked, and did not answer, before it ever did
  std::atomic<bool> stop_{false};
  std::mutex mutex_;
  std::condition_variable stopped_;
  std::thread thread_;
};

}  // namespace segue::purge
