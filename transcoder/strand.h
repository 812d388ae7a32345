// SPDX-License-Identifier: Apache-2.0
// A run is a net of strands: each is one thread that does its tasks in order, and accepts only so many ahead.
//   reader ─▶ decoder strand ─▶ encoder strand (one for each rendition)
// The first task that fails ends the whole run: every strand drops what it has, every post returns false.
// Invariant: strands are posted to only by strands nearer to the source, so waiting for room can never close a circle.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

#include "media/result.h"
#include "transcoder/queue.h"

namespace segue::transcoder {

using Task = std::function<Result<void>()>;

class Strand;

// What all strands of one run share.
class RunState {
 public:
  explicit RunState(const std::atomic<bool>* cancelled) : cancelled_(cancelled) {}
  void fail(Error error);
  [[nodiscard]] bool failed() const { return failed_.load(std::memory_order_acquire); }
  [[nodiscard]] bool cancelled() const { return cancelled_ != nullptr && cancelled_->load(std::memory_order_relaxed); }
  const std::atomic<bool>* cancel_flag() const { return cancelled_; }
  // The first error, once all strands are joined.
  [[nodiscard]] std::optional<Error> error() const { return error_; }

 private:
  friend class Strand;
  void enroll(Strand* strand);
  void leave(Strand* strand);

  const std::atomic<bool>* cancelled_;
  std::atomic<bool> failed_{false};
  std::mutex mutex_;
  std::optional<Error> error_;
  std::vector<Strand*> strands_;
};

class Strand {
 public:
  Strand(RunState& state, std::size_t capacity);
  ~Strand();  // drops what is not done
  Strand(const Strand&) = delete;
  Strand& operator=(const Strand&) = delete;

  // Waits for room. False: the run has failed.
  [[nodiscard]] bool post(Task task) { return tasks_.push(std::move(task)); }
  // Waits until everything posted so far is done. False: the run has failed.
  [[nodiscard]] bool drain();
  // No more tasks; waits for the last one.
  void join();

 private:
  friend class RunState;
  void work();

  RunState& state_;
  BoundedQueue<Task> tasks_;
  std::thread thread_;
};

}  // namespace segue::transcoder
