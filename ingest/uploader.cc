// SPDX-License-Identifier: Apache-2.0
#include "ingest/uploader.h"

#include <algorithm>
#include <chrono>

#include "ingest/files.h"

namespace segue::ingest {
namespace {

using namespace std::chrono_literals;
constexpr auto kShowEvery = 200ms;  // progress of jobs that others do
// While more is added, results are fetched: the queue keeps a bounded number of them.
constexpr std::size_t kCollectEvery = 256;

}  // namespace

Result<std::unique_ptr<Uploader>> Uploader::open(UploadPlan plan) {
  auto queue = Queue::open(plan.layout);
  if (!queue) return std::move(queue).error();
  auto wake = Wake::watch(plan.layout.wake());
  if (!wake) return std::move(wake).error();
  auto sequence = queue->last_sequence();
  if (!sequence) return std::move(sequence).error();
  return std::unique_ptr<Uploader>(new Uploader(std::move(plan), std::move(*queue), std::move(*wake), *sequence));
}

Uploader::Uploader(UploadPlan plan, Queue queue, Wake wake, std::int64_t sequence)
    : plan_(std::move(plan)), queue_(std::move(queue)), wake_(std::move(wake)), sequence_(sequence), sender_(plan_.layout) {
  CrewPlan crew{plan_.layout, plan_.jobs, {}, {}, {}, {}, plan_.cancelled};
  crew.next = [this](Queue& own, Company company) { return next(own, company); };
  crew.on_progress = [this](const Job& job, double done, double total) { plan_.on_progress(job.id, job.shown, done, total); };
  crew.on_end = [this](const Job& job, const Result<JobResult>& result) { ended(job, result); };
  crew.on_trouble = [](const Error&) {};  // finish() meets it as well, and tells
  crew_ = std::make_unique<Crew>(std::move(crew));
}

Uploader::~Uploader() = default;

Result<void> Uploader::add(const NewJob& job) {
  auto id = queue_.add(job);
  if (!id) return std::move(id).error();
  {
    const std::lock_guard lock(mutex_);
    own_[*id].named.push_back(job.inputs);
  }
  Wake::touch(plan_.layout.wake());
  if (++added_ % kCollectEvery == 0) collect();
  return {};
}

Result<Turn> Uploader::next(Queue& queue, Company company) {
  for (std::int64_t id = 0;;) {
    {
      const std::lock_guard lock(mutex_);
      auto own = own_.upper_bound(id);
      while (own != own_.end() && (own->second.here || stranded_.contains(own->first))) ++own;
      if (own == own_.end()) return Turn();
      id = own->first;
    }
    auto turn = queue.turn(id, company);
    if (!turn || turn->waits) return turn;
    if (!turn->taken) continue;
    const std::lock_guard lock(mutex_);
    if (const auto own = own_.find(id); own != own_.end()) own->second.here = true;
    return turn;
  }
}

void Uploader::ended(const Job& job, const Result<JobResult>& result) {
  const std::lock_guard lock(mutex_);
  if (result) return;  // stays marked until it is collected
  if (const auto own = own_.find(job.id); own != own_.end()) own->second.here = false;
  if (plan_.cancelled->load(std::memory_order_relaxed)) return;
  JobResult stranded;
  for (const JobInput& input : job.inputs) stranded.files.push_back({input.shown, State::failed, {}, 0, 0, result.error().message});
  stranded_[job.id] = std::move(stranded);
}

void Uploader::report(std::int64_t id, JobResult result) {
  std::vector<std::vector<JobInput>> named;
  {
    const std::lock_guard lock(mutex_);
    const auto own = own_.find(id);
    if (own == own_.end()) return;
    named = std::move(own->second.named);
    own_.erase(own);
  }
  // Somebody else may have added the same job before and named the files in another way.
  for (const std::vector<JobInput>& inputs : named) {
    for (std::size_t i = 0; i < std::min(result.files.size(), inputs.size()); ++i) result.files[i].file = inputs[i].shown;
    plan_.on_result(id, result);
  }
}

void Uploader::collect() {
  for (;;) {
    auto finished = queue_.finished_after(sequence_);
    if (!finished || finished->empty()) break;
    for (const Finished& one : *finished) {
      sequence_ = one.sequence;
      report(one.id, one.result);
    }
  }
  std::map<std::int64_t, JobResult> stranded;
  {
    const std::lock_guard lock(mutex_);
    stranded.swap(stranded_);
  }
  for (const auto& [id, result] : stranded) report(id, result);
}

bool Uploader::waiting() {
  const std::lock_guard lock(mutex_);
  return !own_.empty();
}

void Uploader::show_others() {
  for (const LeaseNote& note : running_jobs(plan_.layout)) {
    {
      const std::lock_guard lock(mutex_);
      const auto own = own_.find(note.job);
      if (own == own_.end() || own->second.here) continue;
    }
    plan_.on_progress(note.job, note.file, note.seconds_done, note.seconds_total);
  }
}

bool Uploader::finish() {
  while (true) {
    collect();
    if (!waiting()) return true;
    if (plan_.cancelled->load(std::memory_order_relaxed)) break;
    show_others();
    wake_.wait(kShowEvery);
  }
  crew_.reset();
  collect();
  forget_the_rest();
  return false;
}

void Uploader::forget_the_rest() {
  const std::lock_guard lock(mutex_);
  for (const auto& [id, own] : own_) {
    auto taken = queue_.take(id);
    if (!taken || !*taken) continue;
    static_cast<void>(remove_tree(plan_.layout.staging((*taken)->job.token)));
    static_cast<void>(queue_.drop(id));
    (*taken)->lease.remove();
  }
}

}  // namespace segue::ingest
