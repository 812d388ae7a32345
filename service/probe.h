// SPDX-License-Identifier: Apache-2.0
// Asks a server on this machine: one GET over a plain socket. For health checks, and for what the services of one home tell each other.
#pragma once

#include <atomic>
#include <chrono>
#include <string>
#include <vector>

#include "media/result.h"

namespace segue::service {

// The status of `GET path` at 127.0.0.1:port. Error: what did not happen within `patience` ("connect: Connection refused").
[[nodiscard]] Result<int> http_status(int port, const std::string& path, std::chrono::milliseconds patience);

struct HttpAnswer {
  int status = 0;
  std::string body;
  std::string head;  // status line and fields
};
inline constexpr std::size_t kMostAnswerBytes = 1 << 20;
// A whole answer of 127.0.0.1:port. `lines`: header fields without line ends; with a Host or it is 127.0.0.1. Error: as above, or more than
// kMostAnswerBytes, or `stop` (when given) became true, which is noticed within a fifth of a second.
[[nodiscard]] Result<HttpAnswer> http_get(int port, const std::string& target, const std::vector<std::string>& lines,
                                          std::chrono::milliseconds patience, const std::atomic<bool>* stop = nullptr);

// Nobody listens on the port of `address` (dotted, IPv4), so that we could. Error: why not.
[[nodiscard]] Result<void> can_listen(const std::string& address, int port);

}  // namespace segue::service
