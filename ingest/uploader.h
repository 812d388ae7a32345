// SPDX-License-Identifier: Apache-2.0
// `segue ingest FILE…`: adds jobs, works on them beside whoever else does, and tells what became of each, wherever it was done.
#pragma once

#include <atomic>
#include <functional>
#include <map>
#include <memory>
#include <mutex>

#include "ingest/crew.h"
#include "ingest/lease_note.h"
#include "ingest/outbox.h"

namespace segue::ingest {

struct UploadPlan {
  Layout layout;
  int jobs = 1;
  const std::atomic<bool>* cancelled = nullptr;
  // From any thread. `key`: the job's, the same until on_result.
  std::function<void(std::int64_t job, const std::string& shown, double done, double total)> on_progress;
  std::function<void(std::int64_t job, const JobResult& result)> on_result;  // from the thread that calls add() and finish()
};

class Uploader {
 public:
  // Begins to work at once on what is added.
  static Result<std::unique_ptr<Uploader>> open(UploadPlan plan);
  ~Uploader();
  Uploader(const Uploader&) = delete;
  Uploader& operator=(const Uploader&) = delete;

  // Error: the queue cannot be written.
  [[nodiscard]] Result<void> add(const NewJob& job);
  // Waits for all that was added. False: cancelled; jobs that nobody works on are forgotten then.
  bool finish();

 private:
  Uploader(UploadPlan plan, Queue queue, Wake wake, std::int64_t sequence);
  Result<Turn> next(Queue& queue, Company company);
  void ended(const Job& job, const Result<JobResult>& result);
  void collect();
  void report(std::int64_t id, JobResult result);
  void show_others();
  void forget_the_rest();
  [[nodiscard]] bool waiting();

  struct Own {
    std::vector<std::vector<JobInput>> named;  // once for each time that it was added: a line for each is owed
    bool here = false;                         // a thread of ours works on it, or has done it
  };
  const UploadPlan plan_;
  Queue queue_;
  Wake wake_;
  std::int64_t sequence_;
  std::size_t added_ = 0;
  std::mutex mutex_;
  std::map<std::int64_t, Own> own_;             // not yet reported; guarded by mutex_
  std::map<std::int64_t, JobResult> stranded_;  // done here, but could not be recorded; guarded by mutex_
  std::unique_ptr<Crew> crew_;
  OutboxSender sender_;
};

}  // namespace segue::ingest
