// SPDX-License-Identifier: Apache-2.0
// The servers that are compared, each a process of its own on loopback: a plain nginx as origin, and in front of it this edge, nginx's
// proxy_cache tuned as well as it can be, and Varnish with its default configuration and malloc storage.
#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

namespace segue::bench {

class Process {
 public:
  // Returns when the port accepts. `core`: the one it may run on, so that threads win nothing over processes; -1: any.
  Process(const std::vector<std::string>& arguments, int port, int core);
  ~Process();
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;
  // Of it and of its children.
  [[nodiscard]] double cpu_seconds() const;

 private:
  pid_t process_ = 0;
};

struct Ports {
  int origin, edge, full, proxy, varnish;
};
// Where `full` and proxy_cache speak TLS: beside their port.
inline constexpr int kTlsBeside = 10;

// Makes folder/certificate.pem and folder/key.pem.
void make_certificate(const std::string& folder);
[[nodiscard]] std::vector<std::string> plain_origin(const std::string& folder, int port);  // serves folder/files, tagged, fresh for a year
[[nodiscard]] std::vector<std::string> segue_edge(const std::string& folder, int port, int origin, int workers, int objects = 100000,
                                                  const std::string& size = "4g");
// Everything on: tokens of folder/keys, CMCD and tokens in a log of JSON, CMSD.
[[nodiscard]] std::vector<std::string> segue_full(const std::string& folder, int port, int origin, int workers);
[[nodiscard]] std::vector<std::string> proxy_cache(const std::string& folder, int port, int origin, int workers,
                                                   const std::string& more = "");
[[nodiscard]] std::vector<std::string> varnish(const std::string& folder, int port, int origin);

}  // namespace segue::bench
