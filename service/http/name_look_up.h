// SPDX-License-Identifier: Apache-2.0
// Where a server is. The system's resolver takes as long as it takes (some ten seconds where no name server answers) and cannot be stopped:
// it runs on a thread of its own, one at a time for each of these, and who asks waits for it no longer than wanted. An address is no name
// and needs none of it.
#pragma once

#include <boost/asio/ip/tcp.hpp>
#include <chrono>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "media/result.h"

namespace segue::service::http {

class NameLookUp {
 public:
  NameLookUp(const std::string& host, unsigned short port);

  using Places = std::vector<boost::asio::ip::tcp::endpoint>;
  // nullopt: not known in time, or `stop` was asked for. Error: the resolver's. Any thread.
  [[nodiscard]] Result<std::optional<Places>> find(std::chrono::steady_clock::time_point until, const std::stop_token& stop);

 private:
  struct Shared;
  std::shared_ptr<Shared> shared_;  // with the thread, which may outlive this
};

}  // namespace segue::service::http
