// SPDX-License-Identifier: Apache-2.0
// Origins, shields and edges as real nginx processes on loopback, in a folder that goes with them.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "tests/origin/http_client.h"
#include "tests/origin/nginx_server.h"

namespace segue::test {

class Origin {
 public:
  // `tls_lines`: of its server{}, a second listen and what it needs.
  Origin(const std::string& folder, std::string name, const std::string& tls_lines = "");
  [[nodiscard]] int port() const noexcept { return port_; }
  [[nodiscard]] std::string address() const { return "127.0.0.1:" + std::to_string(port_); }
  void kill() { server_.reset(); }
  void start();
  void hang();  // takes connections, answers nothing
  void go_on();
  void fail();  // answers 503, at once
  void recover();

 private:
  std::string folder_, name_, tls_lines_;
  int port_;
  std::unique_ptr<NginxServer> server_;
};

struct EdgeOptions {
  std::string name = "edge-1";
  std::string servers = {};  // lines of upstream{}
  std::string check = {}, scheme = "http", trusted = {}, purges = {};
  int port = 0;                   // 0: one that is free
  std::string timeout = "300ms";  // of an origin that says nothing
};

class Tiers {
 public:
  Tiers();
  ~Tiers();
  Tiers(const Tiers&) = delete;
  Tiers& operator=(const Tiers&) = delete;

  Origin& add_origin(const std::string& name, const std::string& tls_lines = "");
  [[nodiscard]] Origin& origin(std::size_t i) { return *origins_[i]; }
  // The port. Without `servers`: all origins that were added.
  int add_edge(EdgeOptions options);
  void kill_edge(int port) { edges_.erase(port); }
  [[nodiscard]] const std::string& folder() const noexcept { return folder_; }

 private:
  std::string folder_;
  std::vector<std::unique_ptr<Origin>> origins_;
  std::map<int, std::unique_ptr<NginxServer>> edges_;
};

// A key and a certificate of its own for that name, in the folder.
struct Certificate {
  Certificate(const std::string& folder, const std::string& name);
  // Of a server{} that speaks TLS there.
  [[nodiscard]] std::string lines(const std::string& address) const;
  std::string key, file;
};

// The value of a metric with these labels; "": not there.
[[nodiscard]] std::string metric(int port, const std::string& line_start);
// Asks ever new addresses until the metric has that value; the answers that were not 200.
int ask_until(int port, const std::string& line_start, const std::string& value);

}  // namespace segue::test
