// SPDX-License-Identifier: Apache-2.0
#include "platform/prober.h"

#include <sys/eventfd.h>
#include <unistd.h>

#include <chrono>
#include <utility>

#include "service/event_bus.h"
#include "service/probe.h"

namespace segue::platform {
namespace {

constexpr std::chrono::milliseconds kPatience{1000}, kHurried{50}, kCalm{2000};

Finding finding(const Service& service, const Result<void>& result) {
  return {service.name, result.has_value(), result ? std::string() : result.error().message};
}

Result<void> http_health(int port) {
  const auto status = service::http_status(port, "/health", kPatience);
  if (!status) return status.error();
  if (*status != 200) return Error{"/health: expected 200, found " + std::to_string(*status)};
  return {};
}

}  // namespace

Finding check(const Service& service, const service::Home& home) {
  switch (service.check) {
    case Check::http: return finding(service, http_health(service.port));
    case Check::redis: return finding(service, service::EventBus(home.redis_socket()).ping());
    case Check::process: break;
  }
  return {service.name, true, {}};
}

Prober::Prober(std::vector<Service> services, service::Home home)
    : services_(std::move(services)),
      home_(std::move(home)),
      event_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)),
      thread_([this] { run(); }) {}

Prober::~Prober() {
  {
    const std::lock_guard lock(mutex_);
    ending_ = true;
  }
  changed_.notify_all();
  thread_.join();
  ::close(event_);
}

void Prober::run() {
  std::unique_lock lock(mutex_);
  while (!ending_) {
    lock.unlock();
    std::vector<Finding> found;
    for (const Service& service : services_) {
      if (service.check != Check::process) found.push_back(check(service, home_));
    }
    lock.lock();
    findings_.insert(findings_.end(), found.begin(), found.end());
    ::eventfd_write(event_, 1);
    changed_.wait_for(lock, hurry_ ? kHurried : kCalm, [&] { return ending_; });
  }
}

std::vector<Finding> Prober::take() {
  const std::lock_guard lock(mutex_);
  eventfd_t count = 0;
  ::eventfd_read(event_, &count);
  return std::exchange(findings_, {});
}

void Prober::hurry(bool on) {
  const std::lock_guard lock(mutex_);
  if (on && !hurry_) changed_.notify_all();
  hurry_ = on;
}

}  // namespace segue::platform
