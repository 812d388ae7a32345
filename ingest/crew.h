// SPDX-License-Identifier: Apache-2.0
// The threads of one process that work on the queue, one job each; on a suspected job alone. A worker's crew takes any job, an uploader's
// its own.
#pragma once

#include <atomic>
#include <functional>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

#include "ingest/queue.h"
#include "ingest/run_job.h"
#include "ingest/wake.h"

namespace segue::ingest {

struct CrewPlan {
  Layout layout;
  int jobs = 1;                                                      // at once, on this machine
  std::function<Result<Turn>(Queue&, Company)> next;                 // from several threads, one at a time
  std::function<void(const Job&, double, double)> on_progress;       // from any thread; may be empty
  std::function<void(const Job&, const Result<JobResult>&)> on_end;  // from the thread that worked on it
  std::function<void(const Error&)> on_trouble;                      // the queue cannot be read or written; looked at again later
  const std::atomic<bool>* cancelled = nullptr;
};

class Crew {
 public:
  explicit Crew(CrewPlan plan);
  ~Crew();  // waits for the jobs at work; no further ones
  Crew(const Crew&) = delete;
  Crew& operator=(const Crew&) = delete;

 private:
  void work();
  [[nodiscard]] bool work_once(Queue& queue);
  [[nodiscard]] Result<std::optional<Taken>> take(Queue& queue);
  void done(const Taken& taken);
  void run(Queue& queue, Taken& taken);
  [[nodiscard]] bool stopping() const { return stopping_ || plan_.cancelled->load(std::memory_order_relaxed); }

  const CrewPlan plan_;
  std::atomic<bool> stopping_{false};
  std::mutex mutex_;
  int at_work_ = 0;     // guarded by mutex_, as is the next
  bool alone_ = false;  // the one at work is suspected
  std::vector<std::thread> threads_;
};

}  // namespace segue::ingest
