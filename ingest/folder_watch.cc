// SPDX-License-Identifier: Apache-2.0
#include "ingest/folder_watch.h"

#include <poll.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <cstring>
#include <filesystem>
#include <utility>

#include "ingest/mounts.h"

namespace segue::ingest {
namespace {

namespace fs = std::filesystem;

// A file counts when it is written whole (CLOSE_WRITE) or moved into place; its attributes alone (a copy that sets times last) too.
constexpr std::uint32_t kWanted =
    IN_CLOSE_WRITE | IN_MOVED_TO | IN_MOVED_FROM | IN_CREATE | IN_DELETE | IN_ATTRIB | IN_ONLYDIR | IN_EXCL_UNLINK;

// A file that is being written is told again when it is whole; a link, symbolic or hard, is whole at once.
bool is_link(const std::string& path) {
  struct stat status {};
  return ::lstat(path.c_str(), &status) == 0 && (S_ISLNK(status.st_mode) || status.st_nlink > 1);
}

}  // namespace

FolderWatch::FolderWatch(FolderWatch&& other) noexcept
    : file_(std::exchange(other.file_, -1)),
      root_(std::move(other.root_)),
      leave_out_(std::move(other.leave_out_)),
      folders_(std::move(other.folders_)),
      linked_(std::move(other.linked_)),
      awaited_(std::move(other.awaited_)) {}

FolderWatch::~FolderWatch() {
  if (file_ >= 0) ::close(file_);
}

Result<FolderWatch> FolderWatch::open(const std::string& root, const std::string& leave_out) {
  const int file = ::inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
  if (file < 0) return Error{root + ": inotify: " + std::strerror(errno)};
  FolderWatch watch(file, root, leave_out);
  if (auto added = watch.add(root); !added) return std::move(added).error();
  return watch;
}

// nullopt: gone again, or not ours to see.
Result<std::optional<int>> FolderWatch::watch_one(const std::string& folder) const {
  const int watch = ::inotify_add_watch(file_, folder.c_str(), kWanted);
  if (watch >= 0) return std::optional(watch);
  if ((errno == ENOENT || errno == ENOTDIR || errno == EACCES) && folder != root_) return std::optional<int>();
  return Error{folder + ": watch: " + (errno == ENOSPC ? "no watches left, see fs.inotify.max_user_watches" : std::strerror(errno))};
}

// The watch before the look: what comes meanwhile is told twice rather than never.
Result<void> FolderWatch::add(const std::string& folder) {
  auto watch = watch_one(folder);
  if (!watch) return std::move(watch).error();
  if (!*watch) return {};
  folders_[**watch] = folder;
  std::error_code error;
  for (fs::directory_iterator at(folder, error), end; !error && at != end; at.increment(error)) {
    std::error_code ignored;
    const std::string path = at->path().string();
    if (at->path().filename().string().starts_with(".") || path == leave_out_) continue;
    if (!at->is_directory(ignored) || at->is_symlink(ignored)) continue;
    if (auto added = add(path); !added) return added;
  }
  return {};
}

Result<bool> FolderWatch::follow(const std::vector<std::string>& folders) {
  std::map<int, std::string> now;
  bool has_news = false;
  for (const std::string& folder : folders) {
    auto watch = watch_one(folder);
    if (!watch) return std::move(watch).error();
    if (!*watch) continue;
    has_news |= !folders_.contains(**watch);
    folders_[**watch] = folder;
    now[**watch] = folder;
  }
  for (const auto& [watch, folder] : linked_) {
    const auto known = folders_.find(watch);
    // One that has come to a name of its own meanwhile keeps its watch.
    if (now.contains(watch) || known == folders_.end() || known->second != folder) continue;
    static_cast<void>(::inotify_rm_watch(file_, watch));
    folders_.erase(known);
  }
  linked_ = std::move(now);
  return has_news;
}

// A folder that was moved away keeps its watch, under a name that is no longer its own.
void FolderWatch::forget_below(const std::string& folder) {
  for (auto at = folders_.begin(); at != folders_.end();) {
    const bool below = at->second == folder || at->second.starts_with(folder + '/');
    if (below) static_cast<void>(::inotify_rm_watch(file_, at->first));
    at = below ? folders_.erase(at) : std::next(at);
  }
}

// Nothing tells of a mount; a look at a few folders four times a second costs nothing.
Result<void> FolderWatch::look_for_mounts(std::set<std::string>& changed) {
  for (auto mount = awaited_.begin(); mount != awaited_.end();) {
    if (!is_mount_point(*mount)) {
      ++mount;
      continue;
    }
    changed.insert(*mount);
    if (auto added = add(*mount); !added) return added;
    mount = awaited_.erase(mount);
  }
  return {};
}

Result<void> FolderWatch::take_event(int watch, std::uint32_t mask, const std::string& name, std::set<std::string>& changed) {
  if ((mask & IN_Q_OVERFLOW) != 0) {
    changed.insert(root_);
    return add(root_);
  }
  const auto folder = folders_.find(watch);
  if (folder == folders_.end()) return {};
  const std::string here = folder->second, path = here + '/' + name;
  if ((mask & IN_UNMOUNT) != 0) {  // the kernel takes the watch away by itself
    changed.insert(root_);
    folders_.erase(folder);
    return {};
  }
  if (name.empty() || name.starts_with(".")) return {};
  const bool is_folder = (mask & IN_ISDIR) != 0;
  if (!is_folder && (mask & IN_CREATE) != 0 && !is_link(path)) return {};
  changed.insert(here);
  if (is_folder && (mask & (IN_MOVED_FROM | IN_DELETE)) != 0) forget_below(path);
  if (is_folder && (mask & (IN_MOVED_TO | IN_CREATE)) != 0 && path != leave_out_) return add(path);
  return {};
}

Result<std::set<std::string>> FolderWatch::wait(std::chrono::milliseconds at_most) {
  std::set<std::string> changed;
  pollfd ready{file_, POLLIN, 0};
  const bool has_events = ::poll(&ready, 1, static_cast<int>(at_most.count())) > 0;
  if (auto looked = look_for_mounts(changed); !looked) return std::move(looked).error();
  if (!has_events) return changed;
  alignas(inotify_event) char buffer[16384];
  for (ssize_t got = 0; (got = ::read(file_, buffer, sizeof buffer)) > 0;) {
    for (const char* at = buffer; at < buffer + got;) {
      const auto* event = reinterpret_cast<const inotify_event*>(at);
      at += sizeof *event + event->len;
      auto taken = take_event(event->wd, event->mask, event->len > 0 ? event->name : "", changed);
      if (!taken) return std::move(taken).error();
    }
  }
  return changed;
}

}  // namespace segue::ingest
