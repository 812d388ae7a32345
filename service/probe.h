// SPDX-License-Identifier: Apache-2.0
// Asks a server on this machine whether it answers: one GET over a plain socket, one status back. For health checks, nothing else.
#pragma once

#include <chrono>
#include <string>

#include "media/result.h"

namespace segue::service {

// The status of `GET path` at 127.0.0.1:port. Error: what did not happen within `patience` ("connect: Connection refused").
[[nodiscard]] Result<int> http_status(int port, const std::string& path, std::chrono::milliseconds patience);

// Nobody listens on the port of `address` (dotted, IPv4), so that we could. Error: why not.
[[nodiscard]] Result<void> can_listen(const std::string& address, int port);

}  // namespace segue::service
