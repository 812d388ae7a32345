// SPDX-License-Identifier: Apache-2.0
// An edge's thread that fetches what orders in the log name, one after the other, and reports what became of each. Purges do not wait for
// it.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <string>
#include <thread>

#include "edge-cache/purge/log.h"

namespace segue::purge {

class Bringer {
 public:
  struct Brought {
    std::size_t objects = 0, failed = 0;
  };
  // Fetches a URL through the edge itself, from the bringer's thread; soon ends when `stop` becomes true.
  using Bring = std::function<Brought(const std::string& url, const std::atomic<bool>& stop)>;

  Bringer(const std::string& redis_socket, const std::string& edge, Bring bring);  // starts the thread, which takes no signals
  // What waits is dropped. A fetch under way may take a minute: its thread is left to itself then, a process that ends does not wait.
  ~Bringer();
  Bringer(const Bringer&) = delete;
  Bringer& operator=(const Bringer&) = delete;
  void take(Position position, const std::string& url);

 private:
  struct State;
  static void run(State& state);
  std::shared_ptr<State> state_;
  std::thread thread_;
};

}  // namespace segue::purge
