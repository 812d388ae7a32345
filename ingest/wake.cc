// SPDX-License-Identifier: Apache-2.0
#include "ingest/wake.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

namespace segue::ingest {

Result<Wake> Wake::watch(const std::string& path) {
  const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0644);
  if (file < 0) return Error{path + ": open: " + std::strerror(errno)};
  ::close(file);
  Wake wake(::inotify_init1(IN_CLOEXEC | IN_NONBLOCK));
  // Without a watch (the user's inotify instances are used up) each wait lasts its whole time: slower, not wrong.
  if (wake.file_ >= 0) static_cast<void>(::inotify_add_watch(wake.file_, path.c_str(), IN_ATTRIB));
  return wake;
}

void Wake::touch(const std::string& path) { static_cast<void>(::utimensat(AT_FDCWD, path.c_str(), nullptr, 0)); }

Wake::Wake(Wake&& other) noexcept : file_(std::exchange(other.file_, -1)) {}

Wake::~Wake() {
  if (file_ >= 0) ::close(file_);
}

void Wake::wait(std::chrono::milliseconds at_most) {
  pollfd events{file_, POLLIN, 0};  // a negative file is ignored
  if (::poll(&events, 1, static_cast<int>(at_most.count())) <= 0 || file_ < 0) return;
  char buffer[4096];
  while (::read(file_, buffer, sizeof buffer) > 0) {
  }
}

}  // namespace segue::ingest
