// SPDX-License-Identifier: Apache-2.0
#include "tests/edge-cache/upstream/fixture.h"

#include <signal.h>
#include <stdlib.h>

#include <filesystem>
#include <fstream>
#include <thread>

#include "tests/catch.h"

namespace fs = std::filesystem;

namespace segue::test {

Origin::Origin(const std::string& folder, std::string name, const std::string& tls_lines)
    : folder_(folder + "/" + name), name_(std::move(name)), tls_lines_(tls_lines), port_(free_port()) {
  fs::create_directories(folder_);
  start();
}

void Origin::start() {
  server_ = std::make_unique<NginxServer>(
      folder_, "tests/edge-cache/upstream/origin.conf.in",
      std::map<std::string, std::string>{{"PORT", std::to_string(port_)}, {"NAME", name_}, {"TLS", tls_lines_}}, port_);
}

void Origin::hang() { REQUIRE(::kill(server_->worker(), SIGSTOP) == 0); }
void Origin::go_on() { REQUIRE(::kill(server_->worker(), SIGCONT) == 0); }

void Origin::fail() { std::ofstream(folder_ + "/fails") << ""; }
void Origin::recover() { fs::remove(folder_ + "/fails"); }

Tiers::Tiers() {
  char name[] = "/tmp/segue-upstream-XXXXXX";
  folder_ = ::mkdtemp(name);
}

Tiers::~Tiers() {
  edges_.clear();
  origins_.clear();
  fs::remove_all(folder_);
}

Origin& Tiers::add_origin(const std::string& name, const std::string& tls_lines) {
  return *origins_.emplace_back(std::make_unique<Origin>(folder_, name, tls_lines));
}

int Tiers::add_edge(EdgeOptions options) {
  const int port = options.port != 0 ? options.port : free_port();
  const std::string folder = folder_ + "/" + options.name;
  fs::create_directories(folder);
  if (options.servers.empty()) {
    for (const auto& origin : origins_) options.servers += "server " + origin->address() + ";\n";
  }
  edges_[port] = std::make_unique<NginxServer>(folder, "tests/edge-cache/upstream/edge.conf.in",
                                               std::map<std::string, std::string>{{"PORT", std::to_string(port)},
                                                                                  {"NAME", options.name},
                                                                                  {"TIMEOUT", options.timeout},
                                                                                  {"SERVERS", options.servers},
                                                                                  {"CHECK", options.check},
                                                                                  {"SCHEME", options.scheme},
                                                                                  {"PURGES", options.purges},
                                                                                  {"TRUSTED", options.trusted}},
                                               port);
  return port;
}

Certificate::Certificate(const std::string& folder, const std::string& name)
    : key(folder + '/' + name + "-key.pem"), file(folder + '/' + name + ".pem") {
  const std::string make =
      "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=x -addext subjectAltName=DNS:" + name +
      " -keyout " + key + " -out " + file + " 2>/dev/null";
  REQUIRE(::system(make.c_str()) == 0);
}

std::string Certificate::lines(const std::string& address) const {
  return "listen " + address + " ssl; ssl_certificate " + file + "; ssl_certificate_key " + key + ";";
}

std::string metric(int port, const std::string& line_start) {
  const std::string text = http_get(port, "/metrics").body;
  const std::size_t at = text.find('\n' + line_start + ' ');
  if (at == std::string::npos) return "";
  const std::size_t value = at + line_start.size() + 2;
  return text.substr(value, text.find('\n', value) - value);
}

int ask_until(int port, const std::string& line_start, const std::string& value) {
  static int count = 0;
  int failed = 0;
  for (int i = 0; i < 3000; ++i) {
    if (metric(port, line_start) == value) return failed;
    failed += http_get(port, "/until/" + std::to_string(++count)).status != 200;
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  FAIL(line_start << " did not become " << value);
  return failed;
}

}  // namespace segue::test
