// SPDX-License-Identifier: Apache-2.0
#include "edge-cache/store/removals.h"

#include <signal.h>

#include <algorithm>
#include <system_error>
#include <utility>

namespace segue::edge {

Removals::~Removals() {
  if (!thread_.joinable()) return;
  {
    const std::lock_guard locked(mutex_);
    stop_ = true;
  }
  changed_.notify_all();
  thread_.join();
}

void Removals::start() {
  sigset_t all, before;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);  // a new thread has its maker's mask: signals are nginx's
  try {
    thread_ = std::thread([this] { run(); });
  } catch (const std::system_error&) {
    // No thread to be had: each call does it.
  }
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
}

void Removals::complete(std::uint64_t id) { add({id, false}); }
void Removals::arriving(std::uint64_t id) { add({id, true}); }
void Removals::release(ObjectPointer object) {
  if (object != nullptr) add({0, false, std::move(object)});
}

void Removals::bound(std::uint64_t cache_bytes, std::uint64_t held_bytes, std::uint64_t held_objects) {
  const std::uint64_t each = std::max<std::uint64_t>(1, held_objects == 0 ? 1 : held_bytes / held_objects);
  const std::lock_guard locked(mutex_);
  most_ = static_cast<std::size_t>(std::clamp<std::uint64_t>(cache_bytes / 100 / each, kLeastWaiting, kMostWaiting));
}

std::size_t Removals::most_waiting() {
  const std::lock_guard locked(mutex_);
  return most_;
}

void Removals::add(One one) {
  {
    const std::lock_guard locked(mutex_);
    if (thread_.joinable() && waiting_.size() < most_) {
      waiting_.push_back(std::move(one));
      ++added_;
      if (!busy_ && waiting_.size() == 1) changed_.notify_all();
      return;
    }
  }
  remove(one);
}

void Removals::remove(One& one) const {
  if (one.object != nullptr)
    one.object.reset();
  else if (one.is_arriving)
    files_.remove_arriving(one.id);
  else
    files_.remove(one.id);
}

void Removals::wait() {
  std::unique_lock locked(mutex_);
  changed_.wait(locked, [&, all = added_] { return done_ >= all; });
}

void Removals::wait(std::chrono::milliseconds most) {
  std::unique_lock locked(mutex_);
  changed_.wait_for(locked, most, [&, all = added_] { return done_ >= all; });
}

void Removals::run() {
  std::unique_lock locked(mutex_);
  for (;;) {
    changed_.wait(locked, [&] { return stop_ || !waiting_.empty(); });
    if (waiting_.empty()) return;
    std::vector<One> some = std::exchange(waiting_, {});
    busy_ = true;
    locked.unlock();
    for (One& one : some) remove(one);
    const std::size_t count = some.size();
    some.clear();
    locked.lock();
    done_ += count;
    busy_ = false;
    changed_.notify_all();
  }
}

}  // namespace segue::edge
