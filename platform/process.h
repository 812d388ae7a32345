// SPDX-License-Identifier: Apache-2.0
// Processes of ours, as Linux shows them. Each service leads a process group of its own in its supervisor's session, so that what it left
// behind (the workers of a killed nginx) is found by both numbers, and a number that the system used again is told by its start time.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "media/result.h"

namespace segue::platform {

struct Process {
  pid_t pid = 0;
  std::uint64_t start = 0;  // in clock ticks since the system's; with the pid, unique
  pid_t session = 0;
};

struct Launch {
  std::vector<std::string> command;                // the program's absolute path, then its arguments
  std::map<std::string, std::string> environment;  // beside our own
  std::string log;                                 // standard output and error are appended to it
};

// Starts it, leader of its own group. It gets SIGTERM when the calling thread ends. Error: the program and why it cannot run.
[[nodiscard]] Result<Process> launch(const Launch& launch);

// Who `pid` is now; nothing when there is no such process (or only its zombie).
[[nodiscard]] std::optional<Process> process_of(pid_t pid);
[[nodiscard]] bool is_alive(const Process& process);

// The living processes of the group that `leader` led. Empty also when the numbers belong to somebody else by now.
[[nodiscard]] std::vector<Process> group_of(const Process& leader);

// Waits until the process is gone. False: it still is there after `patience`. Works for any process, not only for children.
bool wait_gone(const Process& process, std::chrono::milliseconds patience);

// SIGTERM to the whole group, SIGKILL to what is left after `grace`. How many processes there were.
std::size_t end_group(const Process& leader, std::chrono::milliseconds grace);

}  // namespace segue::platform
