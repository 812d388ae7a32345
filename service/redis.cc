// SPDX-License-Identifier: Apache-2.0
#include "service/redis.h"

#include <fcntl.h>
#include <hiredis/hiredis.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include <filesystem>

namespace segue::service {
namespace {

constexpr std::chrono::milliseconds kPatience{2000};  // for a server on the same machine
constexpr int kDeepest = 8;

timeval as_timeval(std::chrono::milliseconds time) {
  return {static_cast<time_t>(time.count() / 1000), static_cast<suseconds_t>(time.count() % 1000 * 1000)};
}

struct FreeReply {
  void operator()(redisReply* reply) const noexcept { freeReplyObject(reply); }
};

RedisReply value_of(const redisReply& reply, int depth) {
  RedisReply value;
  switch (reply.type) {
    case REDIS_REPLY_INTEGER:
      value.kind = RedisReply::Kind::integer;
      value.integer = reply.integer;
      break;
    case REDIS_REPLY_STRING:
    case REDIS_REPLY_STATUS:
    case REDIS_REPLY_ERROR:
      value.kind = RedisReply::Kind::text;
      value.text.assign(reply.str, reply.len);
      break;
    case REDIS_REPLY_ARRAY:
      value.kind = RedisReply::Kind::array;
      for (std::size_t i = 0; i < reply.elements && depth < kDeepest; ++i) value.items.push_back(value_of(*reply.element[i], depth + 1));
      break;
    default: break;
  }
  return value;
}

// A socket's address holds 107 bytes; a home may lie deeper. The way through an open folder is always short.
class ShortPath {
 public:
  explicit ShortPath(const std::string& path) : text_(path) {
    if (path.size() < sizeof(sockaddr_un::sun_path)) return;
    const std::filesystem::path whole(path);
    folder_ = ::open(whole.parent_path().c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC);
    if (folder_ >= 0) text_ = "/proc/self/fd/" + std::to_string(folder_) + "/" + whole.filename().string();
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

void Redis::Close::operator()(redisContext* context) const noexcept { redisFree(context); }

void Redis::disconnect() noexcept {
  descriptor_ = -1;
  context_.reset();
}

void Redis::interrupt() noexcept {
  if (const int descriptor = descriptor_; descriptor >= 0) ::shutdown(descriptor, SHUT_RDWR);
}

Result<void> Redis::connect() {
  if (context_) return {};
  const ShortPath path(socket_);
  context_.reset(redisConnectUnixWithTimeout(path.text(), as_timeval(kPatience)));
  if (!context_) return Error{socket_ + ": out of memory"};
  if (context_->err != 0) {
    Error error{socket_ + ": " + context_->errstr};
    disconnect();
    return error;
  }
  descriptor_ = context_->fd;
  return {};
}

Result<RedisReply> Redis::command(const std::vector<std::string_view>& words, std::chrono::milliseconds wait) {
  if (auto up = connect(); !up) return up.error();
  redisSetTimeout(context_.get(), as_timeval(kPatience + wait));
  std::vector<const char*> texts;
  std::vector<std::size_t> sizes;
  for (const std::string_view word : words) {
    texts.push_back(word.data());
    sizes.push_back(word.size());
  }
  const std::unique_ptr<redisReply, FreeReply> reply(
      static_cast<redisReply*>(redisCommandArgv(context_.get(), static_cast<int>(texts.size()), texts.data(), sizes.data())));
  const std::string what = socket_ + ": " + std::string(words.front()) + ": ";
  if (!reply) {
    Error error{what + context_->errstr};
    disconnect();
    return error;
  }
  if (reply->type == REDIS_REPLY_ERROR) return Error{what + reply->str};
  return value_of(*reply, 0);
}

}  // namespace segue::service
