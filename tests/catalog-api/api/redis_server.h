// SPDX-License-Identifier: Apache-2.0
// A real Redis of the test's own on a unix socket, without a file on disk.
#pragma once

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <string>
#include <thread>

#include "service/event_bus.h"

namespace segue::tests {

class RedisServer {
 public:
  explicit RedisServer(const std::string& socket) {
    process_ = ::fork();
    if (process_ == 0) {
      ::execlp("redis-server", "redis-server", "--port", "0", "--unixsocket", socket.c_str(), "--save", "", "--appendonly", "no",
               "--logfile", "/dev/null", nullptr);
      ::_exit(127);
    }
    service::EventBus bus(socket);
    while (!bus.ping() && ::waitpid(process_, nullptr, WNOHANG) == 0) std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  ~RedisServer() {
    ::kill(process_, SIGTERM);
    ::waitpid(process_, nullptr, 0);
  }
  RedisServer(const RedisServer&) = delete;
  RedisServer& operator=(const RedisServer&) = delete;

 private:
  pid_t process_;
};

}  // namespace segue::tests
