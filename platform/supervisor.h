// SPDX-License-Identifier: Apache-2.0
// Carries out what Watch decides: starts the services, hears of their ends, has them checked, stops them. One for each home, held by a
// lock on run/supervisor.lock. SIGTERM or SIGINT: stops everything. SIGHUP: writes the configurations anew and lets nginx reload those
// that changed.
#pragma once

#include <functional>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "platform/prober.h"
#include "platform/process.h"
#include "platform/record.h"
#include "platform/services.h"
#include "platform/watch.h"

namespace segue::platform {

class Supervisor {
 public:
  // `ready` is called once, when everything is healthy for the first time.
  Supervisor(service::Home home, Installation installation, Settings settings, std::function<void()> ready);

  // Until told to stop and everything is stopped. The caller holds the lock, has made folders and configurations, and starts no thread
  // and no child before. Error: the system refused what it needs.
  [[nodiscard]] Result<void> run();

 private:
  void perform(const Actions& actions);
  void start(const std::string& name);
  void hear_signals(int handle);
  void hear_ends();
  void ended(const std::string& name, int how, int value);
  void reload();
  void bound_logs();
  void write_record();
  [[nodiscard]] int patience() const;  // for poll
  [[nodiscard]] const Service& service(const std::string& name) const;

  const service::Home home_;
  const Installation installation_;
  const Settings settings_;
  std::function<void()> ready_;
  std::vector<Service> services_;  // those that are started
  Watch watch_;
  std::map<std::string, Process> processes_;  // that run now
  Time logs_seen_{};
  std::string build_, written_;  // written_: the record as it stands in the file
};

}  // namespace segue::platform
