// SPDX-License-Identifier: Apache-2.0
// The only home of hiredis: one blocking connection to Redis, a command out, its reply as a value. Connects when it is not connected; after
// any fault of the connection the next command connects anew. The process ignores SIGPIPE. One thread, but for interrupt().
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "media/result.h"

struct redisContext;

namespace segue::service {

struct RedisReply {
  enum class Kind : std::uint8_t { nil, integer, text, array };
  Kind kind = Kind::nil;
  std::int64_t integer = 0;
  std::string text;  // of text and status
  std::vector<RedisReply> items;
};

class Redis {
 public:
  explicit Redis(std::string socket_path) : socket_(std::move(socket_path)) {}
  // `wait`: how long the command itself may block (XREAD BLOCK); beyond it a server of this machine has two seconds.
  // Error: the socket, the command's name, what Redis or the system said.
  [[nodiscard]] Result<RedisReply> command(const std::vector<std::string_view>& words, std::chrono::milliseconds wait = {});
  // From any thread: the command that is blocked fails at once.
  void interrupt() noexcept;

 private:
  struct Close {
    void operator()(redisContext* context) const noexcept;
  };
  [[nodiscard]] Result<void> connect();
  void disconnect() noexcept;
  std::string socket_;
  std::unique_ptr<redisContext, Close> context_;
  std::atomic<int> descriptor_{-1};
};

}  // namespace segue::service
