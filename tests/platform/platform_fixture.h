// SPDX-License-Identifier: Apache-2.0
// A platform of its own, as a user has it: a home, ports, our commands.
#pragma once

#include <functional>
#include <nlohmann/json.hpp>
#include <string>

#include "tests/origin/store_fixture.h"

namespace segue::test {

struct Ran {
  int code = 0;
  std::string text;  // standard output and error together
};

class Platform {
 public:
  Platform();
  ~Platform();  // segue down
  Platform(const Platform&) = delete;
  Platform& operator=(const Platform&) = delete;

  // `arguments` as in a shell: "up --json".
  [[nodiscard]] Ran segue(const std::string& arguments) const;
  // By the shell, in this platform's environment.
  [[nodiscard]] Ran shell(const std::string& command) const;
  [[nodiscard]] const std::string& folder() const { return folder_.path(); }  // the home is in it
  [[nodiscard]] nlohmann::json status() const;
  // Asks for the status until `good` says so; fails after 30 s.
  nlohmann::json wait_until(const std::function<bool(const nlohmann::json&)>& good) const;
  // Of a service that runs.
  [[nodiscard]] pid_t pid(const std::string& service) const;
  [[nodiscard]] pid_t supervisor() const;

  [[nodiscard]] const std::string& home() const { return home_; }
  [[nodiscard]] int port() const { return port_; }
  std::string environment;  // further variables: "SEGUE_LISTEN=0.0.0.0 "

 private:
  TemporaryFolder folder_;
  std::string home_;
  int port_;
};

[[nodiscard]] const nlohmann::json& service_in(const nlohmann::json& status, const std::string& name);

}  // namespace segue::test
