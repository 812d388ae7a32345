// SPDX-License-Identifier: Apache-2.0
// Asks the services how they are, again and again, on a thread of its own: a service that hangs must not hold up whoever watches.
#pragma once

#include <condition_variable>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "platform/services.h"

namespace segue::platform {

struct Finding {
  std::string service;
  bool good = false;
  std::string why;  // not
};

// One check, now. Waits at most about a second.
[[nodiscard]] Finding check(const Service& service, const service::Home& home);

class Prober {
 public:
  Prober(std::vector<Service> services, service::Home home);
  ~Prober();
  Prober(const Prober&) = delete;
  Prober& operator=(const Prober&) = delete;

  // Readable when there are findings.
  [[nodiscard]] int handle() const { return event_; }
  [[nodiscard]] std::vector<Finding> take();
  // Many times a second while something starts; every two seconds otherwise.
  void hurry(bool on);

 private:
  void run();
  const std::vector<Service> services_;
  const service::Home home_;
  const int event_;
  std::mutex mutex_;  // guards what follows
  std::condition_variable changed_;
  std::vector<Finding> findings_;
  bool hurry_ = true, ending_ = false;
  std::thread thread_;
};

}  // namespace segue::platform
