// SPDX-License-Identifier: Apache-2.0
#include "edge-cache/purge/agent.h"

#include <signal.h>

#include <cstdio>
#include <fstream>

namespace segue::purge {
namespace {

using namespace std::chrono_literals;

constexpr auto kWait = 1000ms;  // for the next purge, before the log's ends are looked at again
constexpr auto kPause = 500ms;  // before Redis is tried again

// What was in memory may not have reached the disk before the power went: a position of another boot says nothing.
std::string boot_id() {
  std::string id;
  std::ifstream("/proc/sys/kernel/random/boot_id") >> id;
  return id;
}

Position read_position(const std::string& path) {
  std::string position, boot;
  std::ifstream(path) >> position >> boot;
  return boot == boot_id() ? position_of(position).value_or(Position{}) : Position{};
}

std::int64_t now_ms() {
  using namespace std::chrono;
  return duration_cast<milliseconds>(system_clock::now().time_since_epoch()).count();
}

}  // namespace

Agent::Agent(AgentOptions options)
    : options_(std::move(options)),
      log_(options_.redis_socket),
      follower_(read_position(options_.position_file), options_.empty_cache),
      bringer_(options_.redis_socket, options_.edge, options_.bring) {
  sigset_t all, before;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);  // a new thread has its maker's mask
  thread_ = std::thread([this] { run(); });
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
}

Agent::~Agent() {
  {
    const std::lock_guard locked(mutex_);
    stop_ = true;
  }
  stopped_.notify_all();
  // A command may start just after the connection was shut: its wait is a second at most.
  log_.interrupt();
  thread_.join();
}

void Agent::run() {
  while (!stop_) {
    if (look() && read()) continue;
    std::unique_lock locked(mutex_);
    stopped_.wait_for(locked, kPause, [this] { return stop_.load(); });
  }
}

bool Agent::look() {
  const auto ends = log_.ends();
  if (!ends) return fault(ends.error().message), false;
  const Position before = follower_.position();
  after(follower_.look(*ends));
  if (follower_.position() != before) keep_position();
  // Whoever waits for this edge since before it was here learns that there is nothing more to wait for.
  const bool arrived = figures_.heard_ms == 0 || follower_.position() != before;
  if (arrived && !acknowledge()) return false;
  if (auto announced = log_.announce(options_.edge); !announced) return fault(announced.error().message), false;
  heard();
  return true;
}

bool Agent::acknowledge() {
  auto done = log_.acknowledge({options_.edge, follower_.position()});
  if (!done) fault(done.error().message);
  return done.has_value();
}

void Agent::heard() {
  figures_.heard_ms = now_ms();
  last_fault_.clear();
}

// Until a second passes without a purge.
bool Agent::read() {
  for (bool quiet = false; !quiet && !stop_;) {
    const auto entries = log_.read(follower_.position(), kWait);
    if (!entries) return fault(entries.error().message), false;
    heard();
    quiet = entries->empty();
    for (const Entry& entry : *entries) {
      after(follower_.take(entry.position));
      if (entry.order.kind == Kind::fetch) {
        bringer_.take(entry.position, entry.order.what);
        continue;
      }
      options_.apply(entry.order);
      ++figures_.applied;
    }
    if (quiet) break;
    keep_position();
    if (!acknowledge()) return false;
  }
  return true;
}

void Agent::after(Step step) {
  if (step == Step::in_step) return;
  options_.complain("purges may have been missed: everything is stale until it was asked for again");
  options_.apply({Kind::all, "", false});
  ++figures_.lost;
}

void Agent::fault(const std::string& message) {
  if (stop_ || message == last_fault_) return;
  last_fault_ = message;
  options_.complain(message);
}

void Agent::keep_position() {
  const std::string beside = options_.position_file + ".new";
  std::ofstream(beside, std::ios::trunc) << text_of(follower_.position()) << ' ' << boot_id() << '\n';
  if (std::rename(beside.c_str(), options_.position_file.c_str()) != 0) fault(options_.position_file + ": cannot be written");
}

}  // namespace segue::purge
