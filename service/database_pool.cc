// SPDX-License-Identifier: Apache-2.0
#include "service/database_pool.h"

#include <chrono>
#include <limits>

#include "service/database_place.h"

namespace segue::service {
namespace {

// Six pools of a catalog stay below half of PostgreSQL's 100 connections.
constexpr std::size_t kMostOfServer = 8;
// Then one more is opened all the same, for a thread that holds one may need a second to go on; but never more than these.
constexpr std::size_t kMoreOfServer = 4;
constexpr std::chrono::seconds kPatience{1}, kDeadline{5};

}  // namespace

DatabasePool::DatabasePool(std::string address, std::chrono::steady_clock::duration patience)
    : path_(std::move(address)), patience_(patience), most_(is_server(path_) ? kMostOfServer : std::numeric_limits<std::size_t>::max()) {}

Result<DatabasePool::Lease> DatabasePool::borrow() {
  {
    std::unique_lock lock(mutex_);
    const bool is_free = returned_.wait_for(lock, kPatience, [this] { return in_use_ < most_; });
    if (!is_free && !returned_.wait_for(lock, kDeadline, [this] { return in_use_ < most_ + kMoreOfServer; }))
      return Error{"database: all " + std::to_string(in_use_) + " connections are in use"};
    ++in_use_;
    if (!idle_.empty()) {
      auto database = std::move(idle_.back().database);
      idle_.pop_back();
      return Lease(this, std::move(database));
    }
  }
  auto opened = Database::open(path_);
  if (opened) return Lease(this, std::make_unique<Database>(std::move(*opened)));
  give_back(nullptr);
  return std::move(opened).error();
}

void DatabasePool::give_back(std::unique_ptr<Database> database) {
  std::deque<Idle> closing;  // after the lock
  {
    const std::lock_guard lock(mutex_);
    --in_use_;
    const auto now = std::chrono::steady_clock::now();
    if (database && idle_.size() < most_) idle_.push_back({std::move(database), now});
    while (idle_.size() > 1 && now - idle_.front().since >= patience_) {
      closing.push_back(std::move(idle_.front()));
      idle_.pop_front();
    }
  }
  returned_.notify_all();  // who waits for the last few must not miss what does not help the others
}

std::size_t DatabasePool::idle() {
  const std::lock_guard lock(mutex_);
  return idle_.size();
}

}  // namespace segue::service
