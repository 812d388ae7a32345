// SPDX-License-Identifier: Apache-2.0
#include "edge-cache/store/leftovers.h"

#include <signal.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <filesystem>
#include <iterator>
#include <optional>
#include <system_error>
#include <vector>

namespace segue::edge {
namespace {

namespace fs = std::filesystem;

constexpr auto kPause = std::chrono::milliseconds(10);
constexpr std::size_t kEntriesAtOnce = 4096;  // under the lock: 50 microseconds
// Between two pauses 64 files are removed, or 4,096 looked at: at most 6,400 removals a second, and no disk is busy with nothing else.
constexpr std::size_t kEffort = 4096, kEffortOfRemoval = 64;
constexpr std::uint64_t kMostKnown = 4ULL << 20;  // ids in memory, 32 MB: a larger index is gone through several times

// Folders of objects/, `first` to `end` without that one.
struct Folders {
  std::uint64_t first, end;
  [[nodiscard]] bool hold(std::uint64_t id) const noexcept { return id % kObjectFolders >= first && id % kObjectFolders < end; }
};

using Pause = std::function<bool()>;
using Ids = std::vector<std::uint64_t>;

// What was given out before the look began, but for what fetches under way have.
struct Given {
  std::uint64_t end;
  Ids held;
};

Given given_ids(Shared& shared) {
  Given given{0, {}};
  const Locked locked(shared);
  given.end = shared.index().next_id();
  shared.fetches().read_ids(given.held);
  return given;
}

// The ids in the index that lie in these folders, and those of fetches, sorted; nothing: it is to end.
std::optional<Ids> known_ids(Shared& shared, Folders folders, const Ids& held, const Pause& pause) {
  Ids known = held;
  std::array<std::uint64_t, kEntriesAtOnce> some;
  for (std::uint64_t at = 0; at < shared.index().objects(); at += some.size()) {
    std::size_t count = 0;
    {
      const Locked locked(shared);
      count = shared.index().read_ids(static_cast<std::uint32_t>(at), some);
    }
    std::copy_if(some.begin(), some.begin() + static_cast<std::ptrdiff_t>(count), std::back_inserter(known),
                 [&](std::uint64_t id) { return folders.hold(id); });
    if (!pause()) return std::nullopt;
  }
  std::sort(known.begin(), known.end());
  return known;
}

// What a killed worker was to remove before anybody stored it.
std::size_t remove_arriving(Shared& shared, Given& given) {
  std::sort(given.held.begin(), given.held.end());
  std::size_t removed = 0;
  std::error_code failed;
  for (fs::directory_iterator at(shared.files().folder_of_arriving(), failed), end; !failed && at != end; at.increment(failed)) {
    const auto id = ObjectFiles::id_of(at->path().filename().string());
    if (!id || *id >= given.end || std::binary_search(given.held.begin(), given.held.end(), *id)) continue;
    shared.files().remove_arriving(*id);
    ++removed;
  }
  return removed;
}

// False: it is to end.
bool remove_from(Shared& shared, std::uint64_t number, const Ids& known, std::uint64_t given, const Pause& pause, std::size_t& removed) {
  std::error_code failed;
  std::size_t effort = 0;
  for (fs::directory_iterator at(shared.files().folder_of(number), failed), end; !failed && at != end; at.increment(failed)) {
    const auto id = ObjectFiles::id_of(at->path().filename().string());
    const bool refuse = id && *id < given && *id % kObjectFolders == number && !std::binary_search(known.begin(), known.end(), *id);
    if (refuse) shared.files().remove(*id);
    removed += refuse;
    effort += refuse ? kEffortOfRemoval : 1;
    if (effort < kEffort) continue;
    if (!pause()) return false;
    effort = 0;
  }
  return pause();
}

}  // namespace

std::size_t remove_leftovers(Shared& shared, const Pause& pause) {
  const std::uint64_t parts = std::min<std::uint64_t>(kObjectFolders, 1 + shared.index().objects() / kMostKnown);
  const std::uint64_t step = (kObjectFolders + parts - 1) / parts;
  Given given = given_ids(shared);
  std::size_t removed = remove_arriving(shared, given);
  for (std::uint64_t first = 0; first < kObjectFolders; first += step) {
    const Folders folders{first, std::min(first + step, kObjectFolders)};
    const auto known = known_ids(shared, folders, given.held, pause);
    for (std::uint64_t number = folders.first; number < folders.end; ++number) {
      if (!known || !remove_from(shared, number, *known, given.end, pause, removed)) return removed;
    }
  }
  return removed;
}

Leftovers::Leftovers(Shared& shared) : shared_(shared) {
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
  changed_.notify_all();
  thread_.join();
}

void Leftovers::look_again() {
  {
    const std::lock_guard locked(mutex_);
    asked_ = true;
  }
  changed_.notify_all();
}

bool Leftovers::pause() {
  std::unique_lock locked(mutex_);
  return !changed_.wait_for(locked, kPause, [this] { return stop_; });
}

void Leftovers::run() {
  for (;;) {
    {
      std::unique_lock locked(mutex_);
      changed_.wait(locked, [this] { return stop_ || asked_; });
      if (stop_) return;
      asked_ = false;
    }
    try {
      (void)remove_leftovers(shared_, [this] { return pause(); });
    } catch (const std::exception&) {
      // Out of memory: the next look goes on.
    }
  }
}

}  // namespace segue::edge
