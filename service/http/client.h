// SPDX-License-Identifier: Apache-2.0
// Asks one other server, from many threads: HTTP/1.1 over connections that are kept, each call blocking and within its patience, the
// look-up of the server's name included. A server that is gone is told at once (the connection is refused). One that hangs costs the first
// callers their patience; from then on one caller at a time tries it, and the others are told at once, until it answers again.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <mutex>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "media/result.h"
#include "service/http/message.h"

namespace segue::service::http {

struct ServerName {
  std::string host;  // an address, or a name that the system resolves
  unsigned short port = 80;

  // "http://127.0.0.1:8083", "http://[::1]:8083", "http://catalog-search:8083/". Error: what was expected.
  static Result<ServerName> parse(std::string_view url);
  [[nodiscard]] std::string text() const;  // as parse reads it
};

struct Call {
  Method method = Method::get;
  std::string target;  // as it stands in the request line: "/internal/v1/search?limit=10"
  std::string body = {};
  std::string content_type = "application/json";
  // Done twice is as done once: it is sent again when a kept connection ends without an answer. Each GET is.
  bool is_repeatable = false;
  std::chrono::milliseconds patience{2000};
  std::uint64_t most_bytes = 1024 * 1024;  // of the answer's body
};

struct Answer {
  unsigned status = 0;
  std::string content_type, body;
};

class NameLookUp;

class Client {
 public:
  // `fields` go with each call (kInternalKeyField).
  Client(ServerName server, Fields fields);
  ~Client();
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  // Any status is an answer. Error: the server's address and what did not happen ("no answer within 2000 ms"). Of a call that is not
  // repeatable it says whether it may have been done (service/outcome.h): not, when nothing of it was sent. `stop` ends the call at once,
  // from any thread.
  [[nodiscard]] Result<Answer> ask(const Call& call, const std::stop_token& stop = {});
  [[nodiscard]] const ServerName& server() const noexcept { return server_; }

 private:
  struct Connection;
  struct Lost;
  [[nodiscard]] std::unique_ptr<Connection> take_kept();
  void keep(std::unique_ptr<Connection> connection);
  [[nodiscard]] Result<Answer> ask_on(Connection& connection, const Call& call, const std::stop_token& stop, Lost& lost);
  [[nodiscard]] Result<std::unique_ptr<Connection>> connect(const Call& call, std::chrono::steady_clock::time_point until,
                                                            const std::stop_token& stop, Lost& lost);
  [[nodiscard]] Result<Answer> ask_safely(const Call& call, const std::stop_token& stop, Lost& lost);
  [[nodiscard]] Result<Answer> ask_anyhow(const Call& call, const std::stop_token& stop, Lost& lost);

  ServerName server_;
  Fields fields_;
  std::unique_ptr<NameLookUp> look_up_;
  std::mutex mutex_;
  std::vector<std::unique_ptr<Connection>> kept_;  // the last used at the end
  bool is_hanging_ = false, is_tried_ = false;
};

}  // namespace segue::service::http
