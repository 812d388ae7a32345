// SPDX-License-Identifier: Apache-2.0
#include "transcoder/strand.h"

#include <pthread.h>
#include <sched.h>

#include <algorithm>
#include <future>

#include "machine/machine.h"

namespace segue::transcoder {
namespace {

thread_local Strand* current_strand = nullptr;
std::atomic<int> runs = 0;  // of this process, at the moment

}  // namespace

// Only a run that has all cores knows which ones to use.
Cores::Cores(int count) : count_(static_cast<std::size_t>(std::max(count, 1))), usable_(machine::allowed_cores()), free_(usable_) {
  if (free_.size() != count_) free_.assign(count_, kAnywhere);
  ++runs;
}

Cores::~Cores() { --runs; }

void Cores::add() {
  const std::lock_guard lock(mutex_);
  ++strands_;
}

std::vector<Strand*>::iterator Cores::neediest() {
  return std::max_element(waiting_.begin(), waiting_.end(),
                          [](const Strand* a, const Strand* b) { return a->tasks_.fullness() < b->tasks_.fullness(); });
}

void Cores::bind(Strand& strand, int core) const {
  if (strand.bound_to_ == core) return;
  cpu_set_t set;
  CPU_ZERO(&set);
  for (const int usable : usable_) {
    if (core == kAnywhere || core == usable) CPU_SET(static_cast<std::size_t>(usable), &set);
  }
  if (pthread_setaffinity_np(strand.thread_.native_handle(), sizeof set, &set) == 0) strand.bound_to_ = core;
}

void Cores::call(Strand& strand, int core) {
  strand.turn_state_ = Strand::State::running;
  strand.core_ = core;
  bind(strand, strands_ > count_ && runs == 1 ? core : kAnywhere);
  strand.called_.notify_one();
}

void Cores::call_or_queue(Strand& strand) {
  if (!free_.empty()) {
    const auto last = std::find(free_.begin(), free_.end(), strand.bound_to_);  // where its data may still be in the cache
    const auto core = last != free_.end() ? last : free_.end() - 1;
    const int number = *core;
    free_.erase(core);
    return call(strand, number);
  }
  strand.turn_state_ = Strand::State::waiting;
  waiting_.push_back(&strand);
}

void Cores::give_on(int core) {
  if (waiting_.empty()) return free_.push_back(core);
  const auto next = neediest();
  Strand& strand = **next;
  waiting_.erase(next);
  call(strand, core);
}

void Cores::ready(Strand& strand) {
  const std::lock_guard lock(mutex_);
  if (strand.turn_state_ == Strand::State::idle) call_or_queue(strand);
}

void Cores::await(Strand& strand) {
  std::unique_lock lock(mutex_);
  strand.called_.wait(lock, [&] { return strand.turn_state_ == Strand::State::running; });
}

void Cores::pause(Strand& strand) {
  const std::lock_guard lock(mutex_);
  strand.turn_state_ = Strand::State::paused;
  give_on(strand.core_);
}

void Cores::resume(Strand& strand) {
  {
    const std::lock_guard lock(mutex_);
    call_or_queue(strand);
  }
  await(strand);
}

// What was posted since its queue was seen empty found it running, and called nobody.
void Cores::release(Strand& strand) {
  const std::lock_guard lock(mutex_);
  strand.turn_state_ = Strand::State::idle;
  if (strand.tasks_.stirred()) {
    strand.turn_state_ = Strand::State::waiting;
    waiting_.push_back(&strand);
  }
  give_on(strand.core_);
}

void Cores::leave(Strand& strand) {
  const std::lock_guard lock(mutex_);
  strand.turn_state_ = Strand::State::left;
  give_on(strand.core_);
}

bool Cores::wanted_more(const Strand& inside) {
  const std::lock_guard lock(mutex_);
  return !waiting_.empty() && (*neediest())->tasks_.fullness() > inside.tasks_.fullness();
}

// While a task waits for another strand, its core is somebody else's.
class Strand::Pause {
 public:
  Pause() : paused_(current_strand != nullptr && current_strand->turns_ == Turns::on_cores ? current_strand : nullptr) {
    if (paused_ != nullptr) paused_->state_.cores_.pause(*paused_);
  }
  ~Pause() {
    if (paused_ != nullptr) paused_->state_.cores_.resume(*paused_);
  }
  Pause(const Pause&) = delete;
  Pause& operator=(const Pause&) = delete;

 private:
  Strand* paused_;
};

void RunState::fail(Error error) {
  const std::lock_guard lock(mutex_);
  if (!error_) error_ = std::move(error);
  failed_.store(true, std::memory_order_release);
  for (Strand* strand : strands_) strand->abort();
}

void RunState::enroll(Strand* strand) {
  const std::lock_guard lock(mutex_);
  strands_.push_back(strand);
  if (error_) strand->abort();
}

void RunState::leave(Strand* strand) {
  const std::lock_guard lock(mutex_);
  std::erase(strands_, strand);
}

Strand::Strand(RunState& state, std::size_t capacity, Turns turns) : state_(state), turns_(turns), tasks_(capacity) {
  if (turns_ == Turns::on_cores) state_.cores_.add();
  thread_ = std::thread([this] {
    current_strand = this;
    turns_ == Turns::on_cores ? work_in_turns() : work_freely();
  });
  state_.enroll(this);
}

Strand::~Strand() {
  state_.leave(this);
  abort();
  join();
}

bool Strand::run(Task& task) {
  auto done = task();
  if (!done) state_.fail(done.error());
  return static_cast<bool>(done);
}

void Strand::work_in_turns() {
  Cores& cores = state_.cores_;
  for (bool well = true; well;) {
    cores.await(*this);
    auto task = tasks_.try_pop();
    for (; well && task; task = tasks_.try_pop()) {
      well = run(*task);
      task.reset();  // what it held is gone before others have their turn
      if (cores.wanted_more(*this)) break;
    }
    if (!well || tasks_.ended()) break;
    cores.release(*this);
  }
  cores.leave(*this);
}

void Strand::work_freely() {
  while (auto task = tasks_.pop()) {
    if (!run(*task)) break;
  }
}

bool Strand::post(Task task) {
  bool posted = tasks_.try_push(task);
  if (!posted) {
    const Pause pause;
    posted = tasks_.push(std::move(task));
  }
  if (posted && turns_ == Turns::on_cores) state_.cores_.ready(*this);
  return posted;
}

bool Strand::drain() {
  auto reached = std::make_shared<std::promise<void>>();
  auto future = reached->get_future();
  if (!post([reached] {
        reached->set_value();
        return Result<void>();
      })) {
    return false;
  }
  reached.reset();  // an aborted queue drops the task, and with it the last owner: the wait ends either way
  const Pause pause;
  future.wait();
  return !state_.failed();
}

void Strand::abort() {
  tasks_.abort();
  if (turns_ == Turns::on_cores) state_.cores_.ready(*this);
}

void Strand::join() {
  tasks_.close();
  if (turns_ == Turns::on_cores) state_.cores_.ready(*this);
  if (thread_.joinable()) thread_.join();
}

}  // namespace segue::transcoder
