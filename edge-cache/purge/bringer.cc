// SPDX-License-Identifier: Apache-2.0
#include "edge-cache/purge/bringer.h"

#include <signal.h>

#include "edge-cache/purge/position_file.h"

namespace segue::purge {
namespace {

using namespace std::chrono_literals;

constexpr auto kWait = 1000ms;  // for the next order, and for the purges before it
constexpr auto kPause = 500ms;  // before Redis is tried again

}  // namespace

// What was brought before the power went may be lost, and is not brought again; what was not reported is.
Bringer::Bringer(const std::string& redis_socket, std::string edge, std::string position_file, Bring bring)
    : log_(redis_socket),
      edge_(std::move(edge)),
      position_file_(std::move(position_file)),
      bring_(std::move(bring)),
      position_(read_position(position_file_, Boot::any)) {
  sigset_t all, before;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);  // a new thread has its maker's mask
  thread_ = std::thread([this] { run(); });
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
}

// Joined, never left to itself: the module's code and data go with the process that ends.
Bringer::~Bringer() {
  stop();
  thread_.join();
}

void Bringer::stop() {
  {
    const std::lock_guard locked(mutex_);
    stop_ = true;
  }
  changed_.notify_all();
  log_.interrupt();
}

bool Bringer::has_start() const {
  const std::lock_guard locked(mutex_);
  return position_.has_value();
}

void Bringer::start_at(Position newest) {
  {
    const std::lock_guard locked(mutex_);
    if (position_) return;
    position_ = newest;
    (void)keep_position(position_file_, newest);
  }
  changed_.notify_all();
}

void Bringer::purges_reached(Position position) {
  {
    const std::lock_guard locked(mutex_);
    purges_ = position;
  }
  changed_.notify_all();
}

void Bringer::run() {
  {
    std::unique_lock locked(mutex_);
    changed_.wait(locked, [this] { return stop_ || position_.has_value(); });
  }
  // From here on position_ is this thread's alone, but for reading.
  while (!stop_) {
    if (carry_out_next()) continue;
    std::unique_lock locked(mutex_);
    changed_.wait_for(locked, kPause, [this] { return stop_.load(); });
  }
}

// False: Redis does not answer. What it was not told of is fetched again when it is back, which is a hit.
bool Bringer::carry_out_next() {
  const auto entries = log_.read_fetches(*position_, kWait);
  if (!entries) return false;
  if (!entries->empty() && !wait_for_purges()) return false;
  for (const Entry& entry : *entries) {
    const Brought brought = bring_ ? bring_(entry.order.what, stop_) : Brought{1, 1};
    if (stop_ || !log_.report({edge_, entry.position, brought.objects, brought.failed})) return false;
    const std::lock_guard locked(mutex_);
    position_ = entry.position;
    (void)keep_position(position_file_, entry.position);  // the agent, which writes to the same folder, complains
  }
  return true;
}

bool Bringer::wait_for_purges() {
  while (!stop_) {
    const auto ends = log_.ends();
    if (!ends) return false;
    if (!*ends) return true;
    // Asked for anew now and then: the log may be another one meanwhile.
    std::unique_lock locked(mutex_);
    if (changed_.wait_for(locked, kWait, [&] { return stop_ || purges_ >= (*ends)->last; })) break;
  }
  return !stop_;
}

}  // namespace segue::purge
