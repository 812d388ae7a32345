// SPDX-License-Identifier: Apache-2.0
#include "catalog-api/api/changes.h"

#include <algorithm>
#include <functional>
#include <map>
#include <mutex>
#include <vector>

#include "catalog-api/api/answers.h"

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
  struct Place {
    std::string address;
    std::weak_ptr<Listener> listener;
  };
  std::mutex mutex;
  Latest latest;
  std::vector<Place> places;  // those of listeners who left, too, until somebody comes

  [[nodiscard]] bool is_full_for(const std::string& address) {
    std::erase_if(places, [](const Place& place) { return place.listener.expired(); });
    const auto of_one = std::count_if(places.begin(), places.end(), [&](const Place& place) { return place.address == address; });
    return places.size() >= kMostListeners || static_cast<std::size_t>(of_one) >= kMostOfOne;
  }
};

Changes::Changes() : hub_(std::make_shared<Hub>()) {}

void Changes::tell(std::string_view type, std::string data) {
  const std::lock_guard lock(hub_->mutex);
  for (const auto& place : hub_->places)
    if (const auto listener = place.listener.lock()) listener->add(std::string(type), data);
  hub_->latest.insert_or_assign(std::string(type), std::move(data));
}

std::shared_ptr<service::http::Feed> Changes::listen(const std::string& address) {
  const std::lock_guard lock(hub_->mutex);
  if (hub_->is_full_for(address)) return nullptr;
  auto listener = std::make_shared<Listener>(hub_->latest);
  hub_->places.push_back({address, listener});
  return listener;
}

void add_event_routes(service::http::Router& router, Changes& changes, Guard& guard) {
  router.add(service::http::Method::get, "/api/v1/events", guard.from_memory(),
             guard.needs(Right::browse, [&changes](const service::http::Request&, const Asker& asker) {
               auto feed = changes.listen(asker.address);
               if (!feed) {
                 auto refused = refuse({503, "unavailable", "events: as many listen as there is room for; try again later"});
                 refused.headers.emplace_back("Retry-After", "60");
                 return refused;
               }
               service::http::Response response;
               response.content_type = "text/event-stream";
               response.cache_control = "no-store";
               response.headers.emplace_back("X-Accel-Buffering", "no");  // a proxy must not collect them
               response.feed = std::move(feed);
               return response;
             }));
}

}  // namespace segue::api
