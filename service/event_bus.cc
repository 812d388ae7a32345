// SPDX-License-Identifier: Apache-2.0
#include "service/event_bus.h"

#include <fcntl.h>
#include <hiredis/hiredis.h>
#include <sys/time.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>

namespace segue::service {
namespace {

constexpr timeval kPatience{2, 0};  // for a server on the same machine

struct FreeReply {
  void operator()(redisReply* reply) const noexcept { freeReplyObject(reply); }
};
using Reply = std::unique_ptr<redisReply, FreeReply>;

// A socket's address holds 107 bytes; a home may lie deeper. The way through an open folder is always short.
class ShortPath {
 public:
  explicit ShortPath(const std::string& path) {
    const std::filesystem::path whole(path);
    folder_ = ::open(whole.parent_path().c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC);
    text_ = folder_ < 0 ? path : "/proc/self/fd/" + std::to_string(folder_) + "/" + whole.filename().string();
  }
  ~ShortPath() {
    if (folder_ >= 0) ::close(folder_);
  }
  ShortPath(const ShortPath&) = delete;
  ShortPath& operator=(const ShortPath&) = delete;
  [[nodiscard]] const char* text() const { return text_.c_str(); }

 private:
  int folder_ = -1;
  std::string text_;
};

}  // namespace

void EventBus::Close::operator()(redisContext* context) const noexcept { redisFree(context); }

Result<void> EventBus::connect() {
  if (context_) return {};
  const ShortPath path(socket_);
  context_.reset(redisConnectUnixWithTimeout(path.text(), kPatience));
  if (!context_) return Error{socket_ + ": out of memory"};
  if (context_->err != 0) {
    Error error{socket_ + ": " + context_->errstr};
    context_.reset();
    return error;
  }
  redisSetTimeout(context_.get(), kPatience);
  return {};
}

Result<void> EventBus::publish(const Event& event) {
  if (auto up = connect(); !up) return up;
  const std::string length = std::to_string(kEventStreamLength);
  const char* words[] = {"XADD",           kEventStream, "MAXLEN",           "~",       length.c_str(),       "*", "id",
                         event.id.c_str(), "type",       event.type.c_str(), "payload", event.payload.c_str()};
  const Reply reply(static_cast<redisReply*>(redisCommandArgv(context_.get(), static_cast<int>(std::size(words)), words, nullptr)));
  if (!reply) {
    Error error{socket_ + ": XADD: " + context_->errstr};
    context_.reset();  // the next call connects anew
    return error;
  }
  if (reply->type == REDIS_REPLY_ERROR) return Error{socket_ + ": XADD: " + reply->str};
  return {};
}

Result<void> EventBus::ping() {
  if (auto up = connect(); !up) return up;
  const Reply reply(static_cast<redisReply*>(redisCommand(context_.get(), "PING")));
  if (!reply) {
    Error error{socket_ + ": PING: " + context_->errstr};
    context_.reset();
    return error;
  }
  if (reply->type == REDIS_REPLY_ERROR) return Error{socket_ + ": PING: " + reply->str};
  return {};
}

}  // namespace segue::service
