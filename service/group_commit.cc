// SPDX-License-Identifier: Apache-2.0
#include "service/group_commit.h"

#include <algorithm>
#include <exception>
#include <iterator>

#include "service/outcome.h"

namespace segue::service {

namespace {

// Work that throws (a damaged row's JSON does) fails alone: the thread is everybody's.
Result<bool> done_by(const GroupCommit::Work& work, Database& database) {
  try {
    return work(database);
  } catch (const std::exception& thrown) {
    return Error{std::string(kDamaged) + thrown.what()};
  }
}

}  // namespace

GroupCommit::GroupCommit(Database database, std::function<void()> committed)
    : database_(std::move(database)), committed_(std::move(committed)), thread_([this] { loop(); }) {}

Result<std::unique_ptr<GroupCommit>> GroupCommit::open(const std::string& path, std::function<void()> committed) {
  auto database = Database::open(path);
  if (!database) return std::move(database).error();
  if (auto set = database->make_durable(); !set) return std::move(set).error();
  return std::unique_ptr<GroupCommit>(new GroupCommit(std::move(*database), std::move(committed)));
}

GroupCommit::~GroupCommit() {
  {
    const std::lock_guard lock(mutex_);
    is_stopping_ = true;
  }
  waiting_.notify_one();
  thread_.join();
}

Result<void> GroupCommit::run(Work work) {
  const auto job = std::make_shared<Job>();
  job->work = std::move(work);
  std::unique_lock lock(mutex_);
  jobs_.push_back(job);
  waiting_.notify_one();
  done_.wait(lock, [&] { return job->is_done; });
  return job->outcome;
}

void GroupCommit::later(Work work) {
  const auto job = std::make_shared<Job>();
  job->work = std::move(work);
  job->is_awaited = false;
  const std::lock_guard lock(mutex_);
  if (std::count_if(jobs_.begin(), jobs_.end(), [](const auto& other) { return !other->is_awaited; }) >= kMostLater) return;
  jobs_.push_back(job);
  waiting_.notify_one();
}

void GroupCommit::loop() {
  std::unique_lock lock(mutex_);
  while (true) {
    waiting_.wait(lock, [&] { return is_stopping_ || !jobs_.empty(); });
    if (jobs_.empty()) return;
    // Those that somebody waits for go first, mostly.
    const bool is_laters_turn = ++turns_ % kLatersTurn == 0;
    std::stable_partition(jobs_.begin(), jobs_.end(), [&](const auto& job) { return job->is_awaited != is_laters_turn; });
    const auto end = jobs_.begin() + static_cast<std::ptrdiff_t>(std::min(jobs_.size(), kMostAtOnce));
    const auto stop =
        jobs_.front()->is_awaited ? std::find_if(jobs_.begin(), end, [](const auto& job) { return !job->is_awaited; }) : jobs_.begin() + 1;
    std::vector<std::shared_ptr<Job>> taken(std::make_move_iterator(jobs_.begin()), std::make_move_iterator(stop));
    jobs_.erase(jobs_.begin(), stop);
    lock.unlock();
    do_all(taken);
    lock.lock();
    for (const auto& job : taken) job->is_done = true;
    done_.notify_all();
  }
}

void GroupCommit::do_all(std::vector<std::shared_ptr<Job>>& jobs) {
  auto transaction = Transaction::begin(database_);
  Result<void> outcome = transaction ? Result<void>() : Result<void>(transaction.error());
  bool is_any_kept = false;
  if (transaction) {
    for (const auto& job : jobs) do_one(*job);
    is_any_kept = std::any_of(jobs.begin(), jobs.end(), [](const auto& job) { return job->is_kept; });
    if (is_any_kept) outcome = transaction->commit();
  }
  if (!outcome)
    for (const auto& job : jobs)
      if (job->is_kept || !transaction) job->outcome = outcome;
  const bool is_news = std::any_of(jobs.begin(), jobs.end(), [](const auto& job) { return job->is_kept && job->is_awaited; });
  if (!outcome || !is_news || !committed_) return;
  try {
    committed_();
  } catch (const std::exception&) {
    // What was written stays written; who is told finds it the next time.
  }
}

void GroupCommit::do_one(Job& job) {
  if (auto begun = database_.script("SAVEPOINT work"); !begun) {
    job.outcome = begun;
    return;
  }
  const Result<bool> kept = done_by(job.work, database_);
  job.is_kept = kept && *kept;
  if (!kept) job.outcome = kept.error();
  const Result<void> ended = database_.script(job.is_kept ? "RELEASE work" : "ROLLBACK TO work; RELEASE work");
  if (!ended && job.outcome) job.outcome = ended;
}

}  // namespace segue::service
