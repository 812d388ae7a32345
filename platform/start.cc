// SPDX-License-Identifier: Apache-2.0
#include "platform/start.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>

#include "platform/folders.h"
#include "platform/record.h"
#include "platform/status.h"
#include "platform/supervisor.h"
#include "service/probe.h"

namespace segue::platform {
namespace {

constexpr int kReadyPatienceMs = 60000;

// What is not healthy yet, in one line.
std::string complaint(const service::Home& home, const Installation& installation) {
  std::string line;
  for (const ServiceStatus& service : ask_status(home, installation).services) {
    if (service.healthy) continue;
    line += (line.empty() ? "" : "; ") + service.name + ": " + (service.detail.empty() ? service.state : service.detail);
  }
  return line + " (see " + home.log() + ")";
}

// Standard streams of a process that nobody looks at any more.
bool turn_to_log(const std::string& path) {
  const int log = ::open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644),
            nothing = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
  return log >= 0 && nothing >= 0 && ::dup2(nothing, 0) == 0 && ::dup2(log, 1) == 1 && ::dup2(log, 2) == 2;
}

}  // namespace

std::string lock_path(const service::Home& home) { return home.path("run/supervisor.lock"); }

std::size_t end_orphans(const service::Home& home) {
  std::size_t count = 0;
  const std::string path = home.path("run/platform.json");
  const auto text = read_file(path);
  if (!text) return 0;
  if (const auto record = parse_record(*text)) {
    // In the order of stopping.
    for (auto service = record->services.rbegin(); service != record->services.rend(); ++service) {
      if (service->process.pid > 0) count += end_group(service->process, std::chrono::seconds(10));
    }
  }
  std::error_code ignored;
  std::filesystem::remove(path, ignored);
  return count;
}

Result<void> check_ports(const service::Home& home, const std::vector<Service>& services, const std::string& listen) {
  for (const Service& service : services) {
    if (service.port == 0 || !service.is_started()) continue;
    const std::string address = service.name == "gateway" ? listen : "127.0.0.1";
    if (const auto could = service::can_listen(address, service.port); !could) {
      return Error{"port " + std::to_string(service.port) + " on " + address + " (" + service.name + "): " + could.error().message +
                   "; choose another first port, for example SEGUE_PORT=" + std::to_string(home.port < 60000 ? home.port + 100 : 8080)};
    }
  }
  return {};
}

Result<void> supervise(const service::Home& home, const Installation& installation, const Settings& settings, std::function<void()> ready) {
  Supervisor supervisor(home, installation, settings, std::move(ready));
  return supervisor.run();
}

Result<void> supervise_in_background(const service::Home& home, const Installation& installation, const Settings& settings,
                                     [[maybe_unused]] service::FileLock lock) {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) return Error{std::string("pipe: ") + std::strerror(errno)};
  std::fflush(nullptr);
  const pid_t child = ::fork();
  if (child < 0) return Error{std::string("fork: ") + std::strerror(errno)};
  if (child == 0) {
    ::close(ends[0]);
    ::setsid();
    if (!turn_to_log(home.log() + "/supervisor.log")) ::_exit(1);
    const auto ended = supervise(home, installation, settings, [&] {
      [[maybe_unused]] const ssize_t sent = ::write(ends[1], "r", 1);
      ::close(ends[1]);
    });
    if (!ended) std::fprintf(stderr, "%s\n", ended.error().message.c_str());
    std::exit(ended ? 0 : 1);
  }
  ::close(ends[1]);
  pollfd heard{ends[0], POLLIN, 0};
  const int count = ::poll(&heard, 1, kReadyPatienceMs);
  char word = 0;
  const ssize_t got = count > 0 ? ::read(ends[0], &word, 1) : 0;
  ::close(ends[0]);
  if (got == 1) return {};
  if (count == 0) return Error{"not everything is healthy after a minute: " + complaint(home, installation)};
  return Error{"the supervisor ended: " + last_line(home.log() + "/supervisor.log")};
}

}  // namespace segue::platform
