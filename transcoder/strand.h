// SPDX-License-Identifier: Apache-2.0
// A run is a net of strands: each is one thread that does its tasks in order, and accepts only so many ahead.
//   reader ─▶ decoder strand ─▶ encoder strand (one for each rendition)
// The first task that fails ends the whole run: every strand drops what it has, every post returns false.
// Strands that compute take turns on the run's cores: whose queue is fullest goes first. Left to the system's scheduler, which is fair, the
// most expensive encoder falls behind until the others wait for it and a core idles: 10 % of both, measured with seven renditions.
// A strand sleeps until it has a core, and where strands outnumber the cores it is woken on that very one: left to itself the kernel often
// wakes it where another strand is still at work, and the free core idles meanwhile (another 15 %). Not beside other runs of this process:
// they would bind themselves to the same cores, and there is always somebody to run.
// Invariant: strands are posted to only by strands nearer to the source, so waiting for room can never close a circle.
#pragma once

#include <atomic>
#include <condition_variable>
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

// So many strands run at a time. A strand is idle until it is ready(), then waits until it is called to a core.
class Cores {
 public:
  explicit Cores(int count);
  ~Cores();
  Cores(const Cores&) = delete;
  Cores& operator=(const Cores&) = delete;
  void add();                    // one more strand takes turns here
  void ready(Strand& strand);    // it has something to do
  void await(Strand& strand);    // sleeps until it is called
  void pause(Strand& strand);    // its core is somebody else's until it returns
  void resume(Strand& strand);   // waits for a core again
  void release(Strand& strand);  // its queue was empty, or somebody wants the core more: waits again if there is something to do
  void leave(Strand& strand);    // for good
  [[nodiscard]] bool wanted_more(const Strand& inside);  // somebody waits whose queue is fuller

 private:
  static constexpr int kAnywhere = -1;
  [[nodiscard]] std::vector<Strand*>::iterator neediest();
  void call(Strand& strand, int core);
  void bind(Strand& strand, int core) const;
  void call_or_queue(Strand& strand);
  void give_on(int core);
  std::mutex mutex_;
  const std::size_t count_;
  std::size_t strands_ = 0;
  const std::vector<int> usable_;  // the system's numbers of this process's cores
  std::vector<int> free_;          // of these, or kAnywhere
  std::vector<Strand*> waiting_;
};

// What all strands of one run share.
class RunState {
 public:
  RunState(const std::atomic<bool>* cancelled, int cores) : cores_(cores), cancelled_(cancelled) {}
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

  Cores cores_;
  const std::atomic<bool>* cancelled_;
  std::atomic<bool> failed_{false};
  std::mutex mutex_;
  std::optional<Error> error_;
  std::vector<Strand*> strands_;
};

class Strand {
 public:
  // Turns::free: its tasks mostly wait for threads of their own (video encoders) and take no turn.
  enum class Turns { on_cores, free };
  Strand(RunState& state, std::size_t capacity, Turns turns = Turns::on_cores);
  ~Strand();  // drops what is not done
  Strand(const Strand&) = delete;
  Strand& operator=(const Strand&) = delete;

  // Waits for room. False: the run has failed.
  [[nodiscard]] bool post(Task task);
  // Waits until everything posted so far is done. False: the run has failed.
  [[nodiscard]] bool drain();
  // No more tasks; waits for the last one.
  void join();

 private:
  friend class RunState;
  friend class Cores;
  class Pause;
  enum class State { idle, waiting, running, paused, left };
  void work_in_turns();
  void work_freely();
  [[nodiscard]] bool run(Task& task);  // false: the run has failed
  void abort();

  RunState& state_;
  const Turns turns_;
  State turn_state_ = State::idle;  // this and the next three guarded by Cores::mutex_
  int core_ = 0;                    // while it runs
  int bound_to_ = -1;               // core that its thread may run on; -1: any
  std::condition_variable called_;
  BoundedQueue<Task> tasks_;
  std::thread thread_;
};

}  // namespace segue::transcoder
