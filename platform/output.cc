// SPDX-License-Identifier: Apache-2.0
#include "platform/output.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdint>

namespace segue::platform {
namespace {

constexpr std::size_t kMost = 1024 * 1024;

pid_t spawn(const std::vector<std::string>& command, int output) {
  std::vector<std::string> words = command;
  std::vector<char*> arguments;
  for (std::string& word : words) arguments.push_back(word.data());
  arguments.push_back(nullptr);
  posix_spawn_file_actions_t actions;
  ::posix_spawn_file_actions_init(&actions);
  ::posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO);
  ::posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
  pid_t pid = 0;
  const int failed = ::posix_spawn(&pid, arguments[0], &actions, nullptr, arguments.data(), environ);
  ::posix_spawn_file_actions_destroy(&actions);
  return failed == 0 ? pid : -1;
}

// True: everything up to the end came in time.
bool read_all(int handle, std::chrono::milliseconds patience, std::string& text) {
  const auto until = std::chrono::steady_clock::now() + patience;
  std::array<char, 16384> chunk;
  for (;;) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(until - std::chrono::steady_clock::now()).count();
    pollfd ready{handle, POLLIN, 0};
    const int count = ::poll(&ready, 1, static_cast<int>(std::max<std::int64_t>(left, 0)));
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return false;
    const ssize_t got = ::read(handle, chunk.data(), chunk.size());
    if (got == 0) return true;
    if (got < 0 || text.size() + static_cast<std::size_t>(got) > kMost) return false;
    text.append(chunk.data(), static_cast<std::size_t>(got));
  }
}

}  // namespace

std::string output_of(const std::vector<std::string>& command, std::chrono::milliseconds patience) {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) return {};
  const pid_t pid = spawn(command, ends[1]);
  ::close(ends[1]);
  std::string text;
  const bool whole = pid > 0 && read_all(ends[0], patience, text);
  ::close(ends[0]);
  if (pid <= 0) return {};
  if (!whole) ::kill(pid, SIGKILL);
  int status = 0;
  ::waitpid(pid, &status, 0);
  return whole && WIFEXITED(status) && WEXITSTATUS(status) == 0 ? text : std::string();
}

}  // namespace segue::platform
