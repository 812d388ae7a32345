// SPDX-License-Identifier: Apache-2.0
#include "transcoder/strand.h"

#include <algorithm>
#include <future>

namespace segue::transcoder {

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

Strand::Strand(RunState& state, std::size_t capacity) : state_(state), tasks_(capacity) {
  state_.enroll(this);
  thread_ = std::thread([this] { work(); });
}

Strand::~Strand() {
  state_.leave(this);
  tasks_.abort();
  join();
}

void Strand::work() {
  while (auto task = tasks_.pop()) {
    if (auto done = (*task)(); !done) return state_.fail(done.error());
  }
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
  future.wait();
  return !state_.failed();
}

void Strand::join() {
  tasks_.close();
  if (thread_.joinable()) thread_.join();
}

}  // namespace segue::transcoder
