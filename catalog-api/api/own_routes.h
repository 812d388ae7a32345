// SPDX-License-Identifier: Apache-2.0
// Routes of what belongs to somebody: reading runs on the pool, writing waits for its sync and is done once whatever is repeated.
#pragma once

#include <memory>

#include "catalog-api/api/guard.h"
#include "catalog-api/api/replays.h"
#include "service/http/router.h"

namespace segue::api {

// Adds methods of one object: add(Method::get, "/api/v1/…", &Routes::show).
template <class Routes>
class OwnRoutes {
 public:
  using Call = service::http::Response (Routes::*)(const service::http::Request&, const Asker&) const;

  OwnRoutes(service::http::Router& router, Guard& guard, Replays& replays, Routes routes)
      : router_(router), guard_(guard), replays_(replays), routes_(std::make_shared<Routes>(std::move(routes))) {}

  [[nodiscard]] std::shared_ptr<const Routes> routes() const noexcept { return routes_; }

  // `quick`: an answer that is there already.
  void add(service::http::Method method, const char* path, Call call, Right right = Right::own, Guard::Ready quick = nullptr) {
    using service::http::Method;
    using service::http::Runs;
    Guard::Handler handler = [routes = routes_, call](const service::http::Request& request, const Asker& asker) {
      return ((*routes).*call)(request, asker);
    };
    if (method == Method::post || method == Method::patch) handler = replays_.once(std::move(handler));
    router_.add(method, path, method == Method::get ? Runs::on_pool : Runs::waiting, guard_.needs(right, std::move(handler), quick),
                quick ? guard_.quick(right, std::move(quick)) : nullptr);
  }

 private:
  service::http::Router& router_;
  Guard& guard_;
  Replays& replays_;
  std::shared_ptr<const Routes> routes_;
};

}  // namespace segue::api
