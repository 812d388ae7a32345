// SPDX-License-Identifier: Apache-2.0
#include "operator/log_tail.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <utility>

namespace segue::oper {

LogTail::~LogTail() {
  if (file_ >= 0) ::close(file_);
}

// The file that has the name now: another one after the log was set aside.
void LogTail::follow() {
  struct stat named {
  }, open{};
  if (::stat(path_.c_str(), &named) != 0) return;
  const bool same = file_ >= 0 && ::fstat(file_, &open) == 0 && open.st_ino == named.st_ino && open.st_dev == named.st_dev;
  if (same && static_cast<std::uint64_t>(named.st_size) >= at_) return;
  if (file_ >= 0) ::close(file_);
  file_ = ::open(path_.c_str(), O_RDONLY | O_CLOEXEC);
  at_ = 0;
  partial_.clear();
}

void LogTail::read(const std::function<void(std::string_view)>& each) {
  follow();
  const bool first = !std::exchange(followed_, true);
  struct stat facts {};
  if (file_ < 0 || ::fstat(file_, &facts) != 0) return;
  const auto size = static_cast<std::uint64_t>(facts.st_size);
  if (first) at_ = size;
  bool skipped = false;
  if (size > at_ + kMostAtOnce) {
    at_ = size - kMostAtOnce;
    partial_.clear();
    skipped = true;  // into the middle of a line
  }
  std::string bytes(static_cast<std::size_t>(size - at_), '\0');
  const ssize_t got = ::pread(file_, bytes.data(), bytes.size(), static_cast<off_t>(at_));
  if (got <= 0) return;
  bytes.resize(static_cast<std::size_t>(got));
  at_ += bytes.size();
  partial_ += bytes;
  std::size_t start = 0;
  for (std::size_t end; (end = partial_.find('\n', start)) != std::string::npos; start = end + 1) {
    if (!skipped) each(std::string_view(partial_).substr(start, end - start));
    skipped = false;
  }
  partial_.erase(0, start);
  if (partial_.size() > kLongestLine) partial_.clear();
}

}  // namespace segue::oper
