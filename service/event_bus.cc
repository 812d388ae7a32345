// SPDX-License-Identifier: Apache-2.0
#include "service/event_bus.h"

#include <fcntl.h>
#include <hiredis/hiredis.h>
#include <sys/time.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>

namespace segue::service {
namespace {

constexpr timeval kPatience{2, 0};  // for a server on the same machine

constexpr std::chrono::seconds kLongestRead{20};

std::string text_of(const redisReply* reply) {
  return reply->type == REDIS_REPLY_STRING ? std::string(reply->str, reply->len) : std::string();
}

Event event_of(const redisReply* fields) {
  Event event;
  for (std::size_t i = 0; i + 1 < fields->elements; i += 2) {
    const std::string name = text_of(fields->element[i]);
    if (name == "id") event.id = text_of(fields->element[i + 1]);
    if (name == "type") event.type = text_of(fields->element[i + 1]);
    if (name == "payload") event.payload = text_of(fields->element[i + 1]);
  }
  return event;
}

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

void EventBus::FreeReply::operator()(redisReply* reply) const noexcept { freeReplyObject(reply); }
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

Result<EventBus::Reply> EventBus::command(const std::vector<std::string>& words) {
  if (auto up = connect(); !up) return std::move(up).error();
  std::vector<const char*> texts;
  std::vector<std::size_t> lengths;
  for (const std::string& word : words) {
    texts.push_back(word.data());
    lengths.push_back(word.size());
  }
  Reply reply(static_cast<redisReply*>(redisCommandArgv(context_.get(), static_cast<int>(words.size()), texts.data(), lengths.data())));
  if (!reply) {
    Error error{socket_ + ": " + words.front() + ": " + context_->errstr};
    context_.reset();
    return error;
  }
  if (reply->type == REDIS_REPLY_ERROR) return Error{socket_ + ": " + words.front() + ": " + reply->str};
  return reply;
}

Result<void> EventBus::publish(const Event& event) {
  auto reply = command({"XADD", kEventStream, "MAXLEN", "~", std::to_string(kEventStreamLength), "*", "id", event.id, "type", event.type,
                        "payload", event.payload});
  if (!reply) return std::move(reply).error();
  return {};
}

Result<void> EventBus::ping() {
  auto reply = command({"PING"});
  if (!reply) return std::move(reply).error();
  return {};
}

// The reply: nil, or [[stream, [[position, [name, value, …]], …]]].
Result<std::vector<ReceivedEvent>> EventBus::read(const std::string& position, int most, std::chrono::milliseconds patience) {
  if (auto up = connect(); !up) return std::move(up).error();
  const auto wait = std::min<std::chrono::milliseconds>(patience, kLongestRead);
  redisSetTimeout(context_.get(), {kPatience.tv_sec + wait.count() / 1000, 0});
  auto reply = command({"XREAD", "COUNT", std::to_string(most), "BLOCK", std::to_string(std::max<long>(1, wait.count())), "STREAMS",
                        kEventStream, position});
  if (!reply) return std::move(reply).error();
  redisSetTimeout(context_.get(), kPatience);
  std::vector<ReceivedEvent> events;
  if ((*reply)->type != REDIS_REPLY_ARRAY || (*reply)->elements != 1 || (*reply)->element[0]->elements != 2) return events;
  const redisReply* entries = (*reply)->element[0]->element[1];
  for (std::size_t i = 0; i < entries->elements; ++i) {
    const redisReply* entry = entries->element[i];
    if (entry->elements != 2 || entry->element[0]->type != REDIS_REPLY_STRING) continue;
    events.push_back({text_of(entry->element[0]), event_of(entry->element[1])});
  }
  return events;
}

}  // namespace segue::service
