// SPDX-License-Identifier: Apache-2.0
// An edge's own thread that follows who the origins of one upstream are: from the last good list on disk at once, then from Redis every
// second. Redis gone, an empty list or one that cannot be read change nothing. A list that can be resolved is told, then kept.
#pragma once

#include <condition_variable>
#include <functional>
#include <mutex>
#include <string>
#include <thread>

#include "edge-cache/balance/members.h"
#include "service/redis.h"

namespace segue::balance {

struct Resolved {
  Origin origin;
  std::string address;  // a sockaddr's bytes
};

struct MembersOptions {
  std::string redis_socket;
  std::string key;                                        // of the hash
  std::string file;                                       // last known good
  std::function<bool(const std::vector<Resolved>&)> set;  // from this thread. False: too many, nothing changed
  std::function<void(const std::string&)> complain;       // once for each new fault
};

class MembersAgent {
 public:
  explicit MembersAgent(MembersOptions options);  // starts the thread, which takes no signals
  ~MembersAgent();                                // stops it, at once
  MembersAgent(const MembersAgent&) = delete;
  MembersAgent& operator=(const MembersAgent&) = delete;

 private:
  void run();
  [[nodiscard]] Result<Origins> ask();
  [[nodiscard]] Result<void> take(const Origins& origins);
  void fault(const std::string& message);
  void keep(const Origins& origins);

  MembersOptions options_;
  service::Redis redis_;
  Origins known_;
  std::string last_fault_;
  bool stop_ = false;
  std::mutex mutex_;
  std::condition_variable stopped_;
  std::thread thread_;
};

}  // namespace segue::balance
