// SPDX-License-Identifier: Apache-2.0
// A real nginx on loopback, started from one of our configuration templates with our modules, stopped with the object.
#pragma once

#include <sys/types.h>

#include <map>
#include <string>

namespace segue::test {

// A port that was free a moment ago.
[[nodiscard]] int free_port();

class NginxServer {
 public:
  // `folder`: for its configuration, logs and pids. `config_template`: path below the source tree. @MODULES@, @RUN@, @LOG@, @USER@ and
  // @WORKERS@ (1) are filled in here, the rest from `values`. Returns when the port answers.
  NginxServer(const std::string& folder, const std::string& config_template, std::map<std::string, std::string> values, int port);
  ~NginxServer();
  NginxServer(const NginxServer&) = delete;
  NginxServer& operator=(const NginxServer&) = delete;

  [[nodiscard]] int port() const noexcept { return port_; }
  [[nodiscard]] pid_t worker() const;  // the one worker's process id, 0: none
  [[nodiscard]] std::string error_log() const;

 private:
  std::string folder_, name_;
  int port_;
  pid_t master_ = 0;
};

}  // namespace segue::test
