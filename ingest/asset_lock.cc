// SPDX-License-Identifier: Apache-2.0
#include "ingest/asset_lock.h"

#include <algorithm>
#include <chrono>
#include <thread>

namespace segue::ingest {
namespace {

// flock has no way to wait for the lock and for a wish to stop at once; the same file twice at the same time is rare.
constexpr std::chrono::milliseconds kLookAgain{50};

}  // namespace

Result<AssetLocks> AssetLocks::acquire(const Layout& layout, std::vector<std::string> assets, const std::atomic<bool>* cancelled) {
  std::sort(assets.begin(), assets.end());
  assets.erase(std::unique(assets.begin(), assets.end()), assets.end());
  AssetLocks locks;
  for (const std::string& asset : assets) {
    for (;;) {
      auto held = service::FileLock::try_acquire(layout.lease(asset));
      if (!held) return std::move(held).error();
      if (*held) {
        locks.held_.push_back(std::move(**held));
        break;
      }
      if (cancelled != nullptr && cancelled->load(std::memory_order_relaxed)) return Error{"cancelled"};
      std::this_thread::sleep_for(kLookAgain);
    }
  }
  return locks;
}

AssetLocks::~AssetLocks() {
  for (service::FileLock& lock : held_) lock.remove();
}

}  // namespace segue::ingest
