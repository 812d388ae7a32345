// SPDX-License-Identifier: Apache-2.0
// Objects brought onto an edge of this machine: asks it for the last byte of each, and it fetches all of it, as for a listener, together
// with whoever asks meanwhile. Of an HLS playlist, what it names is brought as well.
#pragma once

#include <atomic>
#include <chrono>
#include <functional>
#include <mutex>
#include <string>
#include <unordered_set>
#include <vector>

#include "edge-cache/preposition.h"
#include "media/result.h"
#include "service/probe.h"

namespace segue::edge {

struct Brought {
  std::size_t objects = 0, there = 0, failed = 0;  // there: it had them already
};

class Bringing {
 public:
  // `complain` is called from any of its threads, by one at a time.
  Bringing(int port, std::chrono::seconds patience, std::function<void(const std::string&)> complain)
      : port_(port), patience_(patience), complain_(std::move(complain)) {}
  void add(const Wanted& wanted);
  // By that many threads. Once `stop` is true no object is asked for, and none waited for (the edge goes on fetching it).
  [[nodiscard]] Brought carry_out(std::size_t jobs, const std::atomic<bool>& stop);

 private:
  void run(const std::atomic<bool>& stop);
  bool take(Wanted& wanted, const std::atomic<bool>& stop);
  void done(const Wanted& wanted, const Result<service::HttpAnswer>& answer);

  const int port_;
  const std::chrono::seconds patience_;
  const std::function<void(const std::string&)> complain_;
  std::mutex mutex_;
  std::vector<Wanted> all_;
  std::unordered_set<std::string> seen_;
  std::size_t next_ = 0, busy_ = 0;
  Brought brought_;
};

// What one address of an order names, four at a time. An address that is none: one object, failed.
[[nodiscard]] Brought bring_one(int port, const std::string& url, const std::atomic<bool>& stop);

}  // namespace segue::edge
