// SPDX-License-Identifier: Apache-2.0
// What a supervisor decides, without doing it: events and the time go in, actions come out.
//
//   waiting ──start──▶ starting ──healthy──▶ healthy ◀──▶ unhealthy
//      ▲                   │ exit, or too long    │ exit         │ exit, or too often
//      └──── after a pause, longer each time ─────┴──────────────┘        stop: in reverse order, one after the other
//
// A service that is told to end and does not is killed after kGrace. A pause grows while a service keeps failing and is forgotten once it
// was healthy for kTrusted.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace segue::platform {

using Time = std::chrono::steady_clock::time_point;

enum class State { waiting, starting, healthy, unhealthy, stopping, stopped };
[[nodiscard]] std::string_view name_of(State state);

enum class Deed { start, terminate, kill };
struct Action {
  Deed deed;
  std::string service;
  bool operator==(const Action&) const = default;
};
using Actions = std::vector<Action>;

struct Watched {
  std::string name;
  bool has_check = true;  // without one, a service that runs for kSettled is healthy
  State state = State::waiting;
  int failures = 0;  // ends and hangs since it was last trusted
  int restarts = 0;
  std::string detail = {};  // what went wrong last; empty: nothing
  int misses = 0;           // checks in a row that failed
  Time since{};             // when the state was entered
  Time due{};               // waiting: when to start; stopping: when to kill
};

inline constexpr std::chrono::milliseconds kSettled{500};
inline constexpr std::chrono::seconds kStartPatience{30}, kTrusted{30}, kGrace{10};
inline constexpr int kMissesToRestart = 5;

class Watch {
 public:
  // In the order of starting.
  explicit Watch(std::vector<Watched> services) : services_(std::move(services)) {}

  [[nodiscard]] Actions begin(Time now);
  // The process is gone, or could not be started. `how`: for people ("killed by signal 9").
  [[nodiscard]] Actions exited(std::string_view service, const std::string& how, Time now);
  // What a check found; `why` it failed.
  [[nodiscard]] Actions checked(std::string_view service, bool good, const std::string& why, Time now);
  // Due at next_deadline(), harmless at any time.
  [[nodiscard]] Actions tick(Time now);
  [[nodiscard]] Actions stop(Time now);

  [[nodiscard]] std::optional<Time> next_deadline() const;
  [[nodiscard]] bool all_healthy() const;
  [[nodiscard]] bool finished() const;  // stopped, and nothing runs
  [[nodiscard]] const std::vector<Watched>& services() const { return services_; }

 private:
  Watched* find(std::string_view name);
  void start(Watched& service, Time now, Actions& actions);
  void end(Watched& service, const std::string& why, Time now, Actions& actions);
  void stop_next(Time now, Actions& actions);

  std::vector<Watched> services_;
  bool stopping_ = false;
};

}  // namespace segue::platform
