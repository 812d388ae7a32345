// SPDX-License-Identifier: Apache-2.0
#include "service/file_lock.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

namespace segue::service {
namespace {

Error failure(const std::string& path, const char* what) { return Error{path + ": " + what + ": " + std::strerror(errno)}; }

// A lock on a file that was removed meanwhile protects nothing: another process may already lock its successor.
bool is_still_there(int file, const std::string& path) {
  struct stat opened {
  }, named{};
  return ::fstat(file, &opened) == 0 && ::stat(path.c_str(), &named) == 0 && opened.st_ino == named.st_ino && opened.st_dev == named.st_dev;
}

}  // namespace

Result<std::optional<FileLock>> FileLock::lock(const std::string& path, int operation) {
  for (;;) {
    const int file = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
    if (file < 0) return failure(path, "open");
    FileLock held(path, file);
    int result = 0;
    do result = ::flock(file, operation);
    while (result != 0 && errno == EINTR);
    if (result != 0 && errno == EWOULDBLOCK) return std::optional<FileLock>();
    if (result != 0) return failure(path, "flock");
    if (is_still_there(file, path)) return std::optional<FileLock>(std::move(held));
  }
}

Result<std::optional<FileLock>> FileLock::try_acquire(const std::string& path) { return lock(path, LOCK_EX | LOCK_NB); }

Result<FileLock> FileLock::acquire(const std::string& path) {
  auto held = lock(path, LOCK_EX);
  if (!held) return std::move(held).error();
  return std::move(**held);
}

FileLock::FileLock(FileLock&& other) noexcept : path_(std::move(other.path_)), file_(std::exchange(other.file_, -1)) {}

FileLock& FileLock::operator=(FileLock&& other) noexcept {
  if (this != &other) {
    release();
    path_ = std::move(other.path_);
    file_ = std::exchange(other.file_, -1);
  }
  return *this;
}

FileLock::~FileLock() { release(); }

void FileLock::release() {
  if (file_ >= 0) ::close(file_);
  file_ = -1;
}

void FileLock::remove() {
  if (file_ >= 0) ::unlink(path_.c_str());
  release();
}

Result<void> FileLock::write(const std::string& text) {
  if (::ftruncate(file_, 0) != 0 || ::pwrite(file_, text.data(), text.size(), 0) != static_cast<ssize_t>(text.size())) {
    return failure(path_, "write");
  }
  return {};
}

}  // namespace segue::service
