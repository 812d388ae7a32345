// SPDX-License-Identifier: Apache-2.0
#include "transcoder/strand.h"

#include <algorithm>
#include <future>

namespace segue::transcoder {
namespace {
thread_local Strand* current_strand = nullptr;
}

std::vector<Strand*>::iterator Cores::neediest() {
  return std::max_element(waiting_.begin(), waiting_.end(),
                          [](const Strand* a, const Strand* b) { return a->tasks_.fullness() < b->tasks_.fullness(); });
}

void Cores::enter(Strand& strand) {
  std::unique_lock lock(mutex_);
  if (free_ > 0) {
    --free_;
    return;
  }
  strand.called_ = false;
  waiting_.push_back(&strand);
  strand.turn_.wait(lock, [&] { return strand.called_; });
}

// The core goes to the neediest that waits, or becomes free.
void Cores::leave() {
  const std::lock_guard lock(mutex_);
  if (waiting_.empty()) {
    ++free_;
    return;
  }
  const auto next = neediest();
  (*next)->called_ = true;
  (*next)->turn_.notify_one();
  waiting_.erase(next);
}

bool Cores::wanted_more(const Strand& inside) {
  const std::lock_guard lock(mutex_);
  return !waiting_.empty() && (*neediest())->tasks_.fullness() > inside.tasks_.fullness();
}

// While a task waits for another strand, its core is somebody else's.
class Strand::Pause {
 public:
  Pause() : paused_(current_strand != nullptr && current_strand->inside_ ? current_strand : nullptr) {
    if (paused_ != nullptr) paused_->end_turn();
  }
  ~Pause() {
    if (paused_ != nullptr) paused_->take_turn();
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
  for (Strand* strand : strands_) strand->tasks_.abort();
}

void RunState::enroll(Strand* strand) {
  const std::lock_guard lock(mutex_);
  strands_.push_back(strand);
  if (error_) strand->tasks_.abort();
}

void RunState::leave(Strand* strand) {
  const std::lock_guard lock(mutex_);
  std::erase(strands_, strand);
}

Strand::Strand(RunState& state, std::size_t capacity, Turns turns) : state_(state), turns_(turns), tasks_(capacity) {
  state_.enroll(this);
  thread_ = std::thread([this] { work(); });
}

Strand::~Strand() {
  state_.leave(this);
  tasks_.abort();
  join();
}

void Strand::take_turn() {
  if (turns_ == Turns::free || inside_) return;
  state_.cores_.enter(*this);
  inside_ = true;
}

void Strand::end_turn() {
  if (!inside_) return;
  inside_ = false;
  state_.cores_.leave();
}

void Strand::work() {
  current_strand = this;
  for (;;) {
    if (inside_ && (tasks_.fullness() == 0 || state_.cores_.wanted_more(*this))) end_turn();
    auto task = tasks_.pop();
    if (!task) break;
    take_turn();
    if (auto done = (*task)(); !done) {
      state_.fail(done.error());
      break;
    }
  }
  end_turn();
}

bool Strand::post(Task task) {
  if (tasks_.try_push(task)) return true;
  const Pause pause;
  return tasks_.push(std::move(task));
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

void Strand::join() {
  tasks_.close();
  if (thread_.joinable()) thread_.join();
}

}  // namespace segue::transcoder
