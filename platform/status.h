// SPDX-License-Identifier: Apache-2.0
// How a platform is: what its supervisor wrote down, and what each service answers now.
#pragma once

#include <string>
#include <vector>

#include "platform/record.h"
#include "platform/services.h"

namespace segue::platform {

struct ServiceStatus {
  std::string name, url;
  bool healthy = false;
  std::string state;        // of the supervisor, or "stopped"
  std::string detail = {};  // why it is not healthy; of a healthy one: why it was restarted last
  int restarts = 0;
  pid_t pid = 0;  // 0: none
};

struct LeftOut {
  std::string name, why;
};

struct Status {
  bool running = false;  // a supervisor is there
  std::string home, gateway, edge, origin, catalog, public_url;
  std::vector<ServiceStatus> services = {};
  std::vector<LeftOut> left_out = {};
  std::string ingest = {};  // JSON, as the ingest worker's queue tells it; empty: not known

  [[nodiscard]] bool healthy() const;
};

// Asks every service now.
[[nodiscard]] Status ask_status(const service::Home& home, const Installation& installation);

// The contract's object (docs/operations.md); what else is there stands behind it.
[[nodiscard]] std::string to_json(const Status& status);
// For people: a table. `colours`: a terminal shows it.
[[nodiscard]] std::string to_text(const Status& status, bool colours);

// run/platform.json of a supervisor that lives. Nothing: none does.
[[nodiscard]] std::optional<Record> living_record(const service::Home& home);

}  // namespace segue::platform
