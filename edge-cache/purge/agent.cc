// SPDX-License-Identifier: Apache-2.0
#include "edge-cache/purge/agent.h"

#include <signal.h>

#include <utility>

#include "edge-cache/purge/position_file.h"

namespace segue::purge {
namespace {

using namespace std::chrono_literals;

constexpr auto kWait = 1000ms;  // for the next purge, before the log's ends are looked at again
constexpr auto kBusy = 2000ms;  // for as long as purges do not cease: who is alive is told by announcing it
constexpr auto kPause = 500ms;  // before Redis is tried again

std::int64_t now_ms() {
  using namespace std::chrono;
  return duration_cast<milliseconds>(system_clock::now().time_since_epoch()).count();
}

}  // namespace

// Of this boot alone: what was in memory may not have reached the disk before the power went.
Agent::Agent(AgentOptions options)
    : options_(std::move(options)),
      log_(options_.redis_socket),
      follower_(read_position(options_.position_file, Boot::this_one).value_or(Position{}), options_.empty_cache),
      bringer_(options_.redis_socket, options_.edge, options_.position_file + "-fetched", options_.bring) {
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
  bringer_.stop();
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
  if (!ends) return in_vain_ = figures_.heard_ms == 0, fault(ends.error().message), false;
  // What an edge that was empty stored while Redis could not be asked may have been purged since.
  if (std::exchange(in_vain_, false) && options_.is_empty && !options_.is_empty()) follower_.doubt();
  const Position before = follower_.position();
  after(follower_.look(*ends));
  if (follower_.position() != before) keep();
  bringer_.purges_reached(follower_.position());
  if (!bringer_.has_start() && !start_bringer()) return false;
  // Whoever waits for this edge since before it was here learns that there is nothing more to wait for.
  const bool arrived = figures_.heard_ms == 0 || follower_.position() != before;
  if (arrived && !acknowledge()) return false;
  if (auto announced = log_.announce(options_.edge); !announced) return fault(announced.error().message), false;
  heard();
  return true;
}

// Before anybody learns of this edge, who would wait for what it brings.
bool Agent::start_bringer() {
  const auto newest = log_.newest_fetch();
  if (!newest) return fault(newest.error().message), false;
  bringer_.start_at(*newest);
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

// Until a second passes without a purge, or it is time to look again.
bool Agent::read() {
  const auto until = std::chrono::steady_clock::now() + kBusy;
  for (bool quiet = false; !quiet && !stop_ && std::chrono::steady_clock::now() < until;) {
    const auto entries = log_.read(follower_.position(), kWait);
    if (!entries) return fault(entries.error().message), false;
    heard();
    quiet = entries->empty();
    for (const Entry& entry : *entries) {
      after(follower_.take(entry.position));
      if (entry.order.kind == Kind::fetch) continue;  // no purge; who wrote it here did not know the log of such orders
      options_.apply(entry.order);
      ++figures_.applied;
    }
    if (quiet) break;
    keep();
    bringer_.purges_reached(follower_.position());
    if (!acknowledge()) return false;
  }
  return true;
}

void Agent::after(Step step) {
  if (step == Step::in_step) return;
  options_.complain("purges may have been missed: everything is stale until it was asked for again");
  if (options_.doubt) {
    options_.doubt();
  } else {
    options_.apply({Kind::all, "", false});
  }
  ++figures_.lost;
}

void Agent::fault(const std::string& message) {
  if (stop_ || message == last_fault_) return;
  last_fault_ = message;
  options_.complain(message);
}

void Agent::keep() {
  if (!keep_position(options_.position_file, follower_.position())) fault(options_.position_file + ": cannot be written");
}

}  // namespace segue::purge
