// SPDX-License-Identifier: Apache-2.0
#include "platform/process.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <sstream>

namespace segue::platform {
namespace fs = std::filesystem;
namespace {

struct Facts {
  char state = '?';
  pid_t group = 0;
  Process process;
};

// /proc/PID/stat (proc(5)): "pid (name) state ppid pgrp session … starttime"; the name may hold spaces and brackets.
std::optional<Facts> facts_of(pid_t pid) {
  std::ifstream file("/proc/" + std::to_string(pid) + "/stat");
  std::string line;
  if (!std::getline(file, line)) return std::nullopt;
  const std::size_t name_end = line.rfind(')');
  if (name_end == std::string::npos) return std::nullopt;
  std::istringstream fields(line.substr(name_end + 1));
  Facts facts;
  facts.process.pid = pid;
  pid_t parent = 0;
  fields >> facts.state >> parent >> facts.group >> facts.process.session;
  std::string skipped;
  for (int field = 7; field < 22; ++field) fields >> skipped;
  fields >> facts.process.start;
  if (!fields) return std::nullopt;
  return facts;
}

bool is_gone(const Facts& facts) { return facts.state == 'Z' || facts.state == 'X'; }

// Between fork and exec: only what is safe there. Reports errno and ends when the program cannot run.
[[noreturn]] void become(char* const* arguments, char* const* environment, int log, int nothing, int report, pid_t parent) {
  sigset_t none;
  ::sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
  ::signal(SIGPIPE, SIG_DFL);
  ::setpgid(0, 0);
  ::prctl(PR_SET_PDEATHSIG, SIGTERM);
  if (::getppid() != parent) ::_exit(0);  // the supervisor died before the line above
  ::dup2(nothing, STDIN_FILENO);
  ::dup2(log, STDOUT_FILENO);
  ::dup2(log, STDERR_FILENO);
  ::execve(arguments[0], arguments, environment);
  const int why = errno;
  [[maybe_unused]] const ssize_t sent = ::write(report, &why, sizeof(why));
  ::_exit(127);
}

std::vector<std::string> environment_with(const std::map<std::string, std::string>& more) {
  std::vector<std::string> lines;
  for (char** line = environ; *line != nullptr; ++line) {
    const std::string text = *line;
    if (more.count(text.substr(0, text.find('='))) == 0) lines.push_back(text);
  }
  for (const auto& [name, value] : more) lines.push_back(name + '=' + value);
  return lines;
}

std::vector<char*> pointers(std::vector<std::string>& texts) {
  std::vector<char*> made;
  for (std::string& text : texts) made.push_back(text.data());
  made.push_back(nullptr);
  return made;
}

class Descriptor {
 public:
  explicit Descriptor(int handle) : handle_(handle) {}
  ~Descriptor() { close(); }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  [[nodiscard]] int handle() const { return handle_; }
  void close() {
    if (handle_ >= 0) ::close(handle_);
    handle_ = -1;
  }

 private:
  int handle_;
};

}  // namespace

Result<Process> launch(const Launch& launch) {
  const Descriptor log(::open(launch.log.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644));
  if (log.handle() < 0) return Error{launch.log + ": " + std::strerror(errno)};
  const Descriptor nothing(::open("/dev/null", O_RDONLY | O_CLOEXEC));
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) return Error{launch.command[0] + ": pipe: " + std::strerror(errno)};
  const Descriptor heard(ends[0]);
  Descriptor report(ends[1]);

  std::vector<std::string> words = launch.command, lines = environment_with(launch.environment);
  const std::vector<char*> arguments = pointers(words), environment = pointers(lines);
  const pid_t parent = ::getpid(), pid = ::fork();
  if (pid < 0) return Error{launch.command[0] + ": fork: " + std::strerror(errno)};
  if (pid == 0) become(arguments.data(), environment.data(), log.handle(), nothing.handle(), report.handle(), parent);
  ::setpgid(pid, pid);  // here as well: whoever comes first
  report.close();

  int why = 0;
  ssize_t got = 0;
  do got = ::read(heard.handle(), &why, sizeof(why));
  while (got < 0 && errno == EINTR);
  if (got == sizeof(why)) {
    ::waitpid(pid, nullptr, 0);
    return Error{launch.command[0] + ": " + std::strerror(why)};
  }
  const auto facts = facts_of(pid);  // ours until we reap it
  return facts ? facts->process : Process{pid, 0, ::getsid(0)};
}

std::optional<Process> process_of(pid_t pid) {
  const auto facts = facts_of(pid);
  if (!facts || is_gone(*facts)) return std::nullopt;
  return facts->process;
}

bool is_alive(const Process& process) {
  const auto now = process_of(process.pid);
  return process.pid > 0 && now && now->start == process.start;
}

std::vector<Process> group_of(const Process& leader) {
  std::vector<Process> members;
  if (leader.pid <= 1) return members;
  if (const auto now = facts_of(leader.pid); now && now->process.start != leader.start) return members;
  std::error_code error;
  for (fs::directory_iterator at("/proc", error), end; !error && at != end; at.increment(error)) {
    const std::string name = at->path().filename().string();
    pid_t pid = 0;
    const auto [last, wrong] = std::from_chars(name.data(), name.data() + name.size(), pid);
    if (wrong != std::errc() || last != name.data() + name.size()) continue;
    const auto facts = facts_of(pid);
    if (!facts || is_gone(*facts) || facts->group != leader.pid || facts->process.session != leader.session) continue;
    if (facts->process.start >= leader.start) members.push_back(facts->process);
  }
  return members;
}

bool wait_gone(const Process& process, std::chrono::milliseconds patience) {
  const Descriptor handle(static_cast<int>(::syscall(SYS_pidfd_open, process.pid, 0)));
  if (!is_alive(process)) return true;  // asked after opening: the handle is this process's, or nobody's
  pollfd ended{handle.handle(), POLLIN, 0};
  const int count = ::poll(&ended, 1, static_cast<int>(patience.count()));
  return count > 0 || !is_alive(process);
}

std::size_t end_group(const Process& leader, std::chrono::milliseconds grace) {
  const std::vector<Process> members = group_of(leader);
  const auto until = std::chrono::steady_clock::now() + grace;
  for (const int signal : {SIGTERM, SIGKILL}) {
    for (const Process& member : group_of(leader)) ::kill(member.pid, signal);
    for (const Process& member : members) {
      const auto left = std::chrono::ceil<std::chrono::milliseconds>(until - std::chrono::steady_clock::now());
      wait_gone(member, std::max(left, std::chrono::milliseconds(signal == SIGKILL ? 2000 : 0)));
    }
  }
  return members.size();
}

}  // namespace segue::platform
