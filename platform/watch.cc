// SPDX-License-Identifier: Apache-2.0
#include "platform/watch.h"

#include <algorithm>
#include <array>

namespace segue::platform {
namespace {

using std::chrono::milliseconds;

// The first one is for a process that somebody killed; the last for a configuration that a person must repair.
constexpr std::array<milliseconds, 7> kPauses{milliseconds(100),  milliseconds(500),   milliseconds(1000), milliseconds(2000),
                                              milliseconds(5000), milliseconds(10000), milliseconds(30000)};

bool runs(State state) { return state != State::waiting && state != State::stopped; }

void enter(Watched& service, State state, Time now) {
  service.state = state;
  service.since = now;
}

}  // namespace

std::string_view name_of(State state) {
  constexpr std::array<std::string_view, 6> kNames{"waiting", "starting", "healthy", "unhealthy", "stopping", "stopped"};
  return kNames.at(static_cast<std::size_t>(state));
}

Watched* Watch::find(std::string_view name) {
  const auto at = std::find_if(services_.begin(), services_.end(), [&](const Watched& service) { return service.name == name; });
  return at == services_.end() ? nullptr : &*at;
}

void Watch::start(Watched& service, Time now, Actions& actions) {
  enter(service, State::starting, now);
  service.misses = 0;
  actions.push_back({Deed::start, service.name});
}

void Watch::end(Watched& service, const std::string& why, Time now, Actions& actions) {
  enter(service, State::stopping, now);
  service.due = now + kGrace;
  service.detail = why;
  actions.push_back({Deed::terminate, service.name});
}

Actions Watch::begin(Time now) {
  Actions actions;
  for (Watched& service : services_) start(service, now, actions);
  return actions;
}

Actions Watch::exited(std::string_view name, const std::string& how, Time now) {
  Actions actions;
  Watched* service = find(name);
  if (service == nullptr || !runs(service->state)) return actions;
  if (stopping_) {
    enter(*service, State::stopped, now);
    stop_next(now, actions);
    return actions;
  }
  if (service->state == State::healthy && now - service->since >= kTrusted) service->failures = 0;
  // Told to end because it hung: that is what went wrong, not the signal.
  if (service->state != State::stopping) service->detail = how;
  service->due = now + kPauses[std::min<std::size_t>(static_cast<std::size_t>(service->failures), kPauses.size() - 1)];
  ++service->failures;
  ++service->restarts;
  enter(*service, State::waiting, now);
  return actions;
}

Actions Watch::checked(std::string_view name, bool good, const std::string& why, Time now) {
  Actions actions;
  Watched* service = find(name);
  if (service == nullptr || service->state == State::stopping || !runs(service->state)) return actions;
  if (good) {
    service->misses = 0;
    if (service->state != State::healthy) enter(*service, State::healthy, now);
    return actions;
  }
  ++service->misses;
  if (service->state == State::starting) {
    if (now - service->since >= kStartPatience) end(*service, "not healthy 30 s after its start: " + why, now, actions);
    return actions;
  }
  if (service->state == State::healthy) enter(*service, State::unhealthy, now);
  service->detail = why;
  if (service->misses >= kMissesToRestart) end(*service, "does not answer: " + why, now, actions);
  return actions;
}

Actions Watch::tick(Time now) {
  Actions actions;
  for (Watched& service : services_) {
    if (service.state == State::waiting && !stopping_ && now >= service.due) start(service, now, actions);
    if (service.state == State::starting && !service.has_check && now - service.since >= kSettled) enter(service, State::healthy, now);
    if (service.state == State::stopping && now >= service.due) {
      service.due = now + kGrace;
      actions.push_back({Deed::kill, service.name});
    }
  }
  return actions;
}

Actions Watch::stop(Time now) {
  Actions actions;
  if (stopping_) return actions;
  stopping_ = true;
  for (Watched& service : services_) {
    if (service.state == State::waiting) enter(service, State::stopped, now);
  }
  stop_next(now, actions);
  return actions;
}

// The last one that still runs is told to end, unless it was told already.
void Watch::stop_next(Time now, Actions& actions) {
  const auto last = std::find_if(services_.rbegin(), services_.rend(), [](const Watched& service) { return runs(service.state); });
  if (last != services_.rend() && last->state != State::stopping) end(*last, {}, now, actions);
}

std::optional<Time> Watch::next_deadline() const {
  std::optional<Time> next;
  const auto consider = [&](Time time) { next = next ? std::min(*next, time) : time; };
  for (const Watched& service : services_) {
    if (service.state == State::stopping || (service.state == State::waiting && !stopping_)) consider(service.due);
    if (service.state == State::starting && !service.has_check) consider(service.since + kSettled);
  }
  return next;
}

bool Watch::all_healthy() const {
  return std::all_of(services_.begin(), services_.end(), [](const Watched& service) { return service.state == State::healthy; });
}

bool Watch::finished() const {
  return stopping_ && std::none_of(services_.begin(), services_.end(), [](const Watched& service) { return runs(service.state); });
}

}  // namespace segue::platform
