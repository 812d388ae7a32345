// SPDX-License-Identifier: Apache-2.0
// Server-sent events: that something changed, and up to which revision. A listener who is slow misses no change, only steps on the way: for
// each type the latest is kept.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "catalog-api/api/guard.h"
#include "service/http/message.h"

namespace segue::api {

inline constexpr std::size_t kMostListeners = 1000, kMostOfOne = 100;

class Changes {
 public:
  Changes();
  // `data`: a JSON object. Any thread.
  void tell(std::string_view type, std::string data);
  // Begins with the latest of each type. Each listener holds a connection for hours, the gateway's too: null when there are
  // kMostListeners already, or kMostOfOne at `address`.
  [[nodiscard]] std::shared_ptr<service::http::Feed> listen(const std::string& address);

 private:
  struct Hub;
  std::shared_ptr<Hub> hub_;
};

// GET /api/v1/events
void add_event_routes(service::http::Router& router, Changes& changes, Guard& guard);

}  // namespace segue::api
