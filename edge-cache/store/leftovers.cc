// SPDX-License-Identifier: Apache-2.0
#include "edge-cache/store/leftovers.h"

#include <signal.h>

#include <chrono>
#include <filesystem>
#include <system_error>

#include "edge-cache/store/object_files.h"

namespace segue::edge {
namespace {

namespace fs = std::filesystem;

// At most 6,400 files a second, and no disk is busy with nothing else.
constexpr std::size_t kAtOnce = 64;
constexpr auto kPause = std::chrono::milliseconds(10);

// Calls `each` until it says no. False: it did.
template <class Each>
bool for_all_in(const fs::path& folder, Each each) {
  std::error_code failed;
  for (fs::directory_iterator at(folder, failed), end; !failed && at != end; at.increment(failed)) {
    if (!each(*at)) return false;
  }
  return true;
}

}  // namespace

std::size_t remove_leftovers(const std::string& folder, std::size_t most) {
  std::size_t removed = 0;
  const auto remove = [&](const fs::directory_entry& item) {
    std::error_code failed;
    if (removed < most && fs::remove(item.path(), failed)) ++removed;
    return removed < most;
  };
  for_all_in(folder, [&](const fs::directory_entry& aside) {
    std::error_code failed;
    if (!ObjectFiles::is_aside(aside.path().filename().string()) || !fs::is_directory(aside.symlink_status(failed))) return true;
    return for_all_in(aside.path(), [&](const fs::directory_entry& part) { return for_all_in(part.path(), remove) && remove(part); }) &&
           remove(aside);
  });
  return removed;
}

Leftovers::Leftovers(std::string folder) : folder_(std::move(folder)) {
  sigset_t all, before;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);  // a new thread has its maker's mask
  thread_ = std::thread([this] { run(); });
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
}

Leftovers::~Leftovers() {
  {
    const std::lock_guard locked(mutex_);
    stop_ = true;
  }
  stopped_.notify_all();
  thread_.join();
}

bool Leftovers::pause() {
  std::unique_lock locked(mutex_);
  return !stopped_.wait_for(locked, kPause, [this] { return stop_; });
}

void Leftovers::run() {
  try {
    while (remove_leftovers(folder_, kAtOnce) > 0 && pause()) {
    }
  } catch (const std::exception&) {
    // Out of memory: the next start goes on.
  }
}

}  // namespace segue::edge
