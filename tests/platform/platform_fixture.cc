// SPDX-License-Identifier: Apache-2.0
#include "tests/platform/platform_fixture.h"

#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <cstdio>
#include <stdexcept>

#include "platform/status.h"
#include "service/probe.h"

namespace segue::test {
namespace {

// The first of a row of ports that nobody uses. Below the range from which the system gives ports to clients.
int free_ports() {
  for (int port = 20000 + ::getpid() % 10000; port < 32000; port += service::kLastPort + 1) {
    bool free = true;
    for (int offset = 0; offset <= service::kLastPort; ++offset) free = free && service::can_listen("127.0.0.1", port + offset).has_value();
    if (free) return port;
  }
  throw std::runtime_error("no free ports in a row");
}

}  // namespace

Platform::Platform() : home_(folder_.path() + "/a home"), port_(free_ports()) {}

Platform::~Platform() { static_cast<void>(segue("down")); }

Ran Platform::segue(const std::string& arguments) const { return shell(PROGRAMS "/segue " + arguments); }

Ran Platform::shell(const std::string& command) const {
  const std::string line = "SEGUE_HOME='" + home_ + "' SEGUE_PORT=" + std::to_string(port_) + ' ' + environment + command + " 2>&1";
  FILE* pipe = ::popen(line.c_str(), "r");
  if (pipe == nullptr) throw std::runtime_error(line);
  Ran ran;
  std::array<char, 4096> chunk;
  for (std::size_t got; (got = std::fread(chunk.data(), 1, chunk.size(), pipe)) > 0;) ran.text.append(chunk.data(), got);
  const int status = ::pclose(pipe);
  ran.code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  return ran;
}

nlohmann::json Platform::status() const { return nlohmann::json::parse(segue("status --json").text); }

nlohmann::json Platform::wait_until(const std::function<bool(const nlohmann::json&)>& good) const {
  const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(30);
  for (;;) {
    const nlohmann::json found = status();
    if (good(found)) return found;
    if (std::chrono::steady_clock::now() > until) throw std::runtime_error("waited in vain, at last: " + found.dump());
  }
}

pid_t Platform::pid(const std::string& service) const { return service_in(status(), service).at("pid").get<pid_t>(); }

pid_t Platform::supervisor() const {
  const auto home = service::Home::find(home_, std::to_string(port_), {});
  const auto record = platform::living_record(*home);
  return record ? record->supervisor.pid : 0;
}

const nlohmann::json& service_in(const nlohmann::json& status, const std::string& name) {
  for (const nlohmann::json& service : status.at("services")) {
    if (service.at("name") == name) return service;
  }
  throw std::runtime_error(name + " is not in " + status.dump());
}

}  // namespace segue::test
