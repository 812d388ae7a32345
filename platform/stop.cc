// SPDX-License-Identifier: Apache-2.0
#include "platform/stop.h"

#include <signal.h>

#include <filesystem>

#include "platform/folders.h"
#include "platform/process.h"
#include "platform/record.h"
#include "platform/start.h"
#include "service/file_lock.h"

namespace segue::platform {
namespace {

// Each service may take its grace before it is killed; ten seconds for each of six.
constexpr std::chrono::seconds kPatience{90};

std::vector<std::string> running_ones(const Record& record) {
  std::vector<std::string> names;
  for (auto service = record.services.rbegin(); service != record.services.rend(); ++service) {
    if (service->process.pid > 0 && !group_of(service->process).empty()) names.push_back(service->name);
  }
  return names;
}

}  // namespace

Result<std::vector<std::string>> stop(const service::Home& home) {
  std::vector<std::string> names;
  if (!std::filesystem::exists(home.run())) return names;
  if (const auto text = read_file(home.path("run/platform.json"))) {
    const auto record = parse_record(*text);
    if (!record) return record.error();
    names = running_ones(*record);
    if (is_alive(record->supervisor)) {
      ::kill(record->supervisor.pid, SIGTERM);
      if (!wait_gone(record->supervisor, kPatience)) {
        return Error{"the supervisor, process " + std::to_string(record->supervisor.pid) + ", does not end; see " + home.log()};
      }
    }
  }
  auto lock = service::FileLock::try_acquire(lock_path(home));
  if (!lock) return lock.error();
  if (!lock->has_value()) return Error{home.root + ": `segue up` is at work here"};
  [[maybe_unused]] const std::size_t orphans = end_orphans(home);
  return names;
}

}  // namespace segue::platform
