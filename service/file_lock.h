// SPDX-License-Identifier: Apache-2.0
// A lease that a dead owner cannot keep: flock on a file of its own. The kernel frees it when the process ends, however it ends.
#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "media/result.h"

namespace segue::service {

class FileLock {
 public:
  // Makes the file when it is missing. nullopt: somebody else holds it.
  static Result<std::optional<FileLock>> try_acquire(const std::string& path);
  // Waits as long as it takes.
  static Result<FileLock> acquire(const std::string& path);

  FileLock(FileLock&& other) noexcept;
  FileLock& operator=(FileLock&& other) noexcept;
  ~FileLock();  // frees; the file stays

  // Takes the file away, then frees: for names that are used once. Whoever waited makes it anew.
  void remove();
  // What stands in the file, for others to read ("12345\n": the owner's process).
  [[nodiscard]] Result<void> write(const std::string& text);

 private:
  FileLock(std::string path, int file) : path_(std::move(path)), file_(file) {}
  static Result<std::optional<FileLock>> lock(const std::string& path, int operation);
  void release();
  std::string path_;
  int file_ = -1;
};

}  // namespace segue::service
