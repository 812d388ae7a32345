// SPDX-License-Identifier: Apache-2.0
#include "edge-cache/purge/bringer.h"

#include <signal.h>

#include <condition_variable>
#include <deque>
#include <mutex>

namespace segue::purge {

struct Bringer::State {
  State(const std::string& redis_socket, std::string name, Bring how) : log(redis_socket), edge(std::move(name)), bring(std::move(how)) {}
  Log log;  // a connection of its own
  const std::string edge;
  const Bring bring;
  std::atomic<bool> stop{false};
  std::mutex mutex;
  std::condition_variable changed;
  std::deque<std::pair<Position, std::string>> waiting;
  bool busy = false;
};

Bringer::Bringer(const std::string& redis_socket, const std::string& edge, Bring bring)
    : state_(std::make_shared<State>(redis_socket, edge, std::move(bring))) {
  sigset_t all, before;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);  // a new thread has its maker's mask
  thread_ = std::thread([state = state_] { run(*state); });
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
}

Bringer::~Bringer() {
  bool busy = false;
  {
    const std::lock_guard locked(state_->mutex);
    state_->stop = true;
    busy = state_->busy;
  }
  state_->changed.notify_all();
  if (busy)
    thread_.detach();
  else
    thread_.join();
}

void Bringer::take(Position position, const std::string& url) {
  {
    const std::lock_guard locked(state_->mutex);
    state_->waiting.emplace_back(position, url);
  }
  state_->changed.notify_all();
}

void Bringer::run(State& state) {
  for (std::unique_lock locked(state.mutex);;) {
    state.busy = false;
    state.changed.wait(locked, [&] { return state.stop || !state.waiting.empty(); });
    if (state.stop) return;
    const auto [position, url] = std::move(state.waiting.front());
    state.waiting.pop_front();
    state.busy = true;
    locked.unlock();
    const Brought brought = state.bring ? state.bring(url, state.stop) : Brought{1, 1};
    const Report report{state.edge, position, brought.objects, brought.failed};
    if (!state.stop && !state.log.report(report)) (void)state.log.report(report);  // on a new connection; who waits has his own patience
    locked.lock();
  }
}

}  // namespace segue::purge
