// SPDX-License-Identifier: Apache-2.0
// `segue edge` as it is run, with two workers.
#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

namespace segue::test {

class EdgeProcess {
 public:
  EdgeProcess(const std::string& home, int origin_port, const std::vector<std::string>& options = {});
  ~EdgeProcess();  // by SIGTERM
  EdgeProcess(const EdgeProcess&) = delete;
  EdgeProcess& operator=(const EdgeProcess&) = delete;

  [[nodiscard]] int port() const noexcept { return port_; }
  [[nodiscard]] int status_port() const noexcept { return status_port_; }
  [[nodiscard]] std::vector<pid_t> workers() const;
  // The worker that has a connection to that port, 0: none.
  [[nodiscard]] pid_t connected_to(int port) const;
  [[nodiscard]] bool all_have_clients() const;  // each worker at least one connection
  void kill_all();                              // SIGKILL to master and workers
  void reload() const;                          // SIGHUP
  void restart_workers() const;                 // by a reload; returns when those of before are gone

 private:
  int port_, status_port_;
  pid_t master_ = 0;
};

// A connection that reads as far as it is told.
class Client {
 public:
  Client(int port, const std::string& request);
  ~Client();
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  // Everything so far, once it contains `text`; what came until the end, when it never does.
  const std::string& read_until(const std::string& text);
  const std::string& read_to_end() { return read_until(std::string(1, '\0')); }

 private:
  int socket_;
  std::string received_;
};

}  // namespace segue::test
