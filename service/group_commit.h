// SPDX-License-Identifier: Apache-2.0
// Many small durable writes to one database: a thread of its own takes what is waiting, does all of it in one transaction, syncs once
// (a commit outlives a loss of power), and answers everybody. Each piece of work is a savepoint: one that fails, or wants
// to be taken back, leaves the others' alone. While one transaction is being synced the next ones gather.
#pragma once

#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "media/result.h"
#include "service/database.h"

namespace segue::service {

class GroupCommit {
 public:
  // Value: keep what was done (true), or take it back (false).
  using Work = std::function<Result<bool>(Database&)>;

  // `committed` is called on the writer's thread after each transaction that kept something of run().
  static Result<std::unique_ptr<GroupCommit>> open(const std::string& path, std::function<void()> committed);
  ~GroupCommit();  // after all that is waiting was done
  GroupCommit(const GroupCommit&) = delete;
  GroupCommit& operator=(const GroupCommit&) = delete;

  // Any thread but the writer's; returns when the work is on disk, or was taken back. Error: the work's own, or the commit's: nothing of it
  // was kept.
  [[nodiscard]] Result<void> run(Work work);
  // Done by the same thread, mostly when nobody waits; errors are dropped, and so is the work itself when a dozen of its kind are there
  // already: for what may as well not happen.
  void later(Work work);

 private:
  struct Job {
    Work work;
    Result<void> outcome;
    bool is_kept = false, is_done = false, is_awaited = true;
  };
  GroupCommit(Database database, std::function<void()> committed);
  void loop();
  void do_all(std::vector<std::shared_ptr<Job>>& jobs);
  void do_one(Job& job);

  static constexpr std::size_t kMostAtOnce = 256;  // a transaction ends in milliseconds
  static constexpr std::ptrdiff_t kMostLater = 12;
  static constexpr std::uint64_t kLatersTurn = 32;  // transactions; else writers without a pause would never let it come
  Database database_;
  std::function<void()> committed_;
  std::mutex mutex_;
  std::condition_variable waiting_, done_;
  std::vector<std::shared_ptr<Job>> jobs_;
  std::uint64_t turns_ = 0;
  bool is_stopping_ = false;
  std::thread thread_;
};

}  // namespace segue::service
