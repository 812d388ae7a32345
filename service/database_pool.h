// SPDX-License-Identifier: Apache-2.0
// Connections to one database, for the threads that answer requests: each borrows one and gives it back. As many are open as were
// ever in use at once.
#pragma once

#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "service/database.h"

namespace segue::service {

class DatabasePool {
 public:
  explicit DatabasePool(std::string path) : path_(std::move(path)) {}

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

  // Error: as Database::open.
  [[nodiscard]] Result<Lease> borrow() {
    {
      const std::lock_guard lock(mutex_);
      if (!idle_.empty()) {
        auto database = std::move(idle_.back());
        idle_.pop_back();
        return Lease(this, std::move(database));
      }
    }
    auto opened = Database::open(path_);
    if (!opened) return std::move(opened).error();
    return Lease(this, std::make_unique<Database>(std::move(*opened)));
  }
  [[nodiscard]] const std::string& path() const noexcept { return path_; }

 private:
  void give_back(std::unique_ptr<Database> database) {
    const std::lock_guard lock(mutex_);
    idle_.push_back(std::move(database));
  }
  std::string path_;
  std::mutex mutex_;
  std::vector<std::unique_ptr<Database>> idle_;
};

}  // namespace segue::service
