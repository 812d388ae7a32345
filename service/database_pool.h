// SPDX-License-Identifier: Apache-2.0
// Connections to one database, for the threads that answer requests: each borrows one and gives it back. Of a server's, which has them
// for all nodes, 12 are open at most, of which 8 may stay. One always stays.
#pragma once

#include <chrono>
#include <condition_variable>
#include <deque>
#include <memory>
#include <mutex>
#include <string>

#include "service/database.h"

namespace segue::service {

class DatabasePool {
 public:
  // What nobody borrowed for `patience` is closed when something else is given back.
  explicit DatabasePool(std::string address, std::chrono::steady_clock::duration patience = std::chrono::minutes(1));

  class Lease {
   public:
    Lease(Lease&&) noexcept = default;
    Lease& operator=(Lease&&) = delete;
    ~Lease() {
      if (database_) pool_->give_back(std::move(database_));
    }
    Database& operator*() const noexcept { return *database_; }
    Database* operator->() const noexcept { return database_.get(); }

   private:
    friend class DatabasePool;
    Lease(DatabasePool* pool, std::unique_ptr<Database> database) : pool_(pool), database_(std::move(database)) {}
    DatabasePool* pool_;
    std::unique_ptr<Database> database_;
  };

  // Error: as Database::open; or all are in use for seconds.
  [[nodiscard]] Result<Lease> borrow();
  [[nodiscard]] const std::string& path() const noexcept { return path_; }
  [[nodiscard]] std::size_t idle();  // open, and borrowed by nobody

 private:
  struct Idle {
    std::unique_ptr<Database> database;
    std::chrono::steady_clock::time_point since;
  };
  void give_back(std::unique_ptr<Database> database);
  std::string path_;
  std::chrono::steady_clock::duration patience_;
  std::size_t most_;  // in use at once, before others wait
  std::mutex mutex_;
  std::condition_variable returned_;
  std::size_t in_use_ = 0;
  std::deque<Idle> idle_;  // the one that was used last is the last, and is borrowed next
};

}  // namespace segue::service
