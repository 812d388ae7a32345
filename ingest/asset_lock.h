// SPDX-License-Identifier: Apache-2.0
// Whoever makes an asset's next generation holds its lock from the look at what is there until the new one is current, in whatever
// process: the second of two finds the work done.
#pragma once

#include <atomic>
#include <string>
#include <vector>

#include "ingest/layout.h"
#include "media/result.h"
#include "service/file_lock.h"

namespace segue::ingest {

class AssetLocks {
 public:
  // Waits until all are free. They are taken in one order by everybody, so that two albums with common tracks do not wait for each other.
  // Error: the lock's file; or cancelled.
  static Result<AssetLocks> acquire(const Layout& layout, std::vector<std::string> assets, const std::atomic<bool>* cancelled);
  AssetLocks(AssetLocks&&) noexcept = default;
  AssetLocks& operator=(AssetLocks&&) noexcept = default;
  ~AssetLocks();  // frees

 private:
  AssetLocks() = default;
  std::vector<service::FileLock> held_;
};

}  // namespace segue::ingest
