// SPDX-License-Identifier: Apache-2.0
// A Redis of a test's own: on a socket in a folder that goes with it, without files.
#pragma once

#include <sys/types.h>

#include <string>

class RedisServer {
 public:
  RedisServer();  // answers when it returns
  ~RedisServer();
  RedisServer(const RedisServer&) = delete;
  RedisServer& operator=(const RedisServer&) = delete;
  void start();
  void kill();        // -9; what it held is gone
  void hang() const;  // takes connections, answers nothing
  void go_on() const;
  [[nodiscard]] std::string socket() const { return folder_ + "/redis.sock"; }
  [[nodiscard]] const std::string& folder() const { return folder_; }

 private:
  std::string folder_;
  pid_t pid_ = -1;
};
