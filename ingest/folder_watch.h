// SPDX-License-Identifier: Apache-2.0
// Which folders below one change: inotify watches on all of them, those that come later included. Hidden folders are not watched; what
// links lead to only as far as follow() is told.
#pragma once

#include <chrono>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "media/result.h"

namespace segue::ingest {

class FolderWatch {
 public:
  // `leave_out`: a folder that is never entered. Error: inotify, or the system has no watches left (fs.inotify.max_user_watches).
  static Result<FolderWatch> open(const std::string& root, const std::string& leave_out);
  FolderWatch(FolderWatch&& other) noexcept;
  FolderWatch& operator=(FolderWatch&&) = delete;
  ~FolderWatch();

  // All folders that only links lead to (FoundFolder::by_link), under the names by which changes in them are told; those of the last call
  // that are not among them are let go. True: one was not watched until now; what came into it before is told to nobody. Error: as open().
  [[nodiscard]] Result<bool> follow(const std::vector<std::string>& folders);

  // Mount points at which nothing is mounted now: told as changed when something is, of which the kernel tells nobody.
  void await_mounts(const std::set<std::string>& mounts) { awaited_ = mounts; }

  // The folders in which files or folders came, went or were written, since the last call; waits for the first, at most so long. The root:
  // more was lost than can be told, look at everything. Error: as open(), of a folder that came.
  [[nodiscard]] Result<std::set<std::string>> wait(std::chrono::milliseconds at_most);

 private:
  FolderWatch(int file, std::string root, std::string leave_out) : file_(file), root_(std::move(root)), leave_out_(std::move(leave_out)) {}
  [[nodiscard]] Result<std::optional<int>> watch_one(const std::string& folder) const;
  [[nodiscard]] Result<void> add(const std::string& folder);
  void forget_below(const std::string& folder);
  [[nodiscard]] Result<void> take_event(int watch, std::uint32_t mask, const std::string& name, std::set<std::string>& changed);
  [[nodiscard]] Result<void> look_for_mounts(std::set<std::string>& changed);
  int file_;
  std::string root_, leave_out_;
  std::map<int, std::string> folders_;  // by watch
  std::map<int, std::string> linked_;   // of these, those of follow()
  std::set<std::string> awaited_;
};

}  // namespace segue::ingest
