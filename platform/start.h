// SPDX-License-Identifier: Apache-2.0
// From nothing to a supervisor that runs: what `segue up` does before and around it.
#pragma once

#include <functional>
#include <string>

#include "platform/services.h"
#include "service/file_lock.h"

namespace segue::platform {

// Ends what a supervisor of this home left behind (it was killed): processes are told by pid, start time, group and session. The caller
// holds the home's lock. How many processes there were.
[[nodiscard]] std::size_t end_orphans(const service::Home& home);

// Every port that will be listened on is free. Error: the port, whose it would be, which variable to change.
[[nodiscard]] Result<void> check_ports(const service::Home& home, const std::vector<Service>& services, const std::string& listen);

[[nodiscard]] std::string lock_path(const service::Home& home);

// Becomes the supervisor of the home, in this process; returns when it is stopped. The lock is held by the caller.
[[nodiscard]] Result<void> supervise(const service::Home& home, const Installation& installation, const Settings& settings,
                                     std::function<void()> ready);

// The same in a process of its own, in the background, its messages in log/supervisor.log; returns when everything is healthy. Takes the
// lock over. Error: what did not become healthy within a minute (the supervisor goes on trying), or why it ended.
[[nodiscard]] Result<void> supervise_in_background(const service::Home& home, const Installation& installation, const Settings& settings,
                                                   service::FileLock lock);

}  // namespace segue::platform
