// SPDX-License-Identifier: Apache-2.0
#include "catalog-api/api/changes.h"

#include <algorithm>
#include <functional>
#include <map>
#include <mutex>
#include <vector>

namespace segue::api {
namespace {

using Latest = std::map<std::string, std::string, std::less<>>;

class Listener : public service::http::Feed {
 public:
  explicit Listener(Latest known) : pending_(std::move(known)) {}

  std::string take() override {
    const std::lock_guard lock(mutex_);
    std::string text;
    for (const auto& [type, data] : pending_) text += "event: " + type + "\ndata: " + data + "\n\n";
    pending_.clear();
    return text;
  }
  void when_ready(std::function<void()> wake) override {
    const std::lock_guard lock(mutex_);
    wake_ = std::move(wake);
    ring();
  }
  void add(const std::string& type, const std::string& data) {
    const std::lock_guard lock(mutex_);
    pending_[type] = data;
    ring();
  }

 private:
  // Under the lock: when_ready({}) has returned only after a ring that was under way.
  void ring() {
    if (pending_.empty() || !wake_) return;
    wake_();
    wake_ = nullptr;
  }
  std::mutex mutex_;
  Latest pending_;
  std::function<void()> wake_;
};

}  // namespace

struct Changes::Hub {
  std::mutex mutex;
  Latest latest;
  std::vector<std::weak_ptr<Listener>> listeners;
};

Changes::Changes() : hub_(std::make_shared<Hub>()) {}

void Changes::tell(std::string_view type, std::string data) {
  const std::lock_guard lock(hub_->mutex);
  std::erase_if(hub_->listeners, [](const auto& listener) { return listener.expired(); });
  for (const auto& weak : hub_->listeners)
    if (const auto listener = weak.lock()) listener->add(std::string(type), data);
  hub_->latest.insert_or_assign(std::string(type), std::move(data));
}

std::shared_ptr<service::http::Feed> Changes::listen() {
  const std::lock_guard lock(hub_->mutex);
  auto listener = std::make_shared<Listener>(hub_->latest);
  hub_->listeners.push_back(listener);
  return listener;
}

void add_event_routes(service::http::Router& router, Changes& changes, Guard& guard) {
  router.add(service::http::Method::get, "/api/v1/events", service::http::Runs::here,
             guard.needs(Right::browse, [&changes](const service::http::Request&, const Asker&) {
               service::http::Response response;
               response.content_type = "text/event-stream";
               response.cache_control = "no-store";
               response.headers.emplace_back("X-Accel-Buffering", "no");  // a proxy must not collect them
               response.feed = changes.listen();
               return response;
             }));
}

}  // namespace segue::api
