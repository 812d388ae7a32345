// SPDX-License-Identifier: Apache-2.0
// An HTTP/1.1 server: one event loop a thread, each accepting by itself, so that no connection ever crosses threads; a small pool for
// handlers that may wait for a disk. Keep-alive and pipelining, bounded headers, bodies and patience. Answers 304 to If-None-Match, HEAD as
// GET without the body, 404/405/4xx as problems, and never throws at the caller.
#pragma once

#include <chrono>
#include <memory>
#include <string>

#include "media/result.h"
#include "service/http/metrics.h"
#include "service/http/router.h"

namespace segue::service::http {

struct ServerOptions {
  std::string address = "127.0.0.1";
  unsigned short port = 0;  // 0: any free one
  unsigned threads = 1;
  unsigned pool_threads = 2;
  unsigned waiting_threads = 64;  // of Runs::waiting; they sleep
  std::uint32_t max_header_bytes = 16 * 1024;
  std::uint64_t max_body_bytes = 1024 * 1024;
  std::chrono::seconds header_patience{10};  // from a request's first byte to its last
  std::chrono::seconds idle_patience{60};
};

class Server {
 public:
  // `router` and `metrics` outlive the server.
  Server(const Router& router, Metrics& metrics, ServerOptions options);
  ~Server();  // stops
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  // Listens when it returns. Error: the address and why not.
  [[nodiscard]] Result<void> start();
  [[nodiscard]] unsigned short port() const noexcept;
  // No new connections; those that stand idle are closed, the others after their response, all after `patience`. Any thread but a
  // handler's.
  void stop(std::chrono::seconds patience = std::chrono::seconds(5));

 private:
  struct Loops;
  std::unique_ptr<Loops> loops_;
};

}  // namespace segue::service::http
