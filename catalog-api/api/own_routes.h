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

  // Of routes that are added afterwards: reading waits for another process. `before`: what is answered in place of writing, if anything.
  void wait_for_others(Guard::Ready before) {
    reading_ = service::http::Runs::waiting;
    before_ = std::move(before);
  }

  [[nodiscard]] std::shared_ptr<const Routes> routes() const noexcept { return routes_; }

  // `quick`: an answer that is there already.
  void add(service::http::Method method, const char* path, Call call, Right right = Right::own, Guard::Ready quick = nullptr) {
    using service::http::Method;
    using service::http::Runs;
    Guard::Handler handler = [routes = routes_, call, before = method == Method::get ? nullptr : before_](
                                 const service::http::Request& request, const Asker& asker) {
      auto instead = before ? before(request, asker) : std::nullopt;
      return instead ? std::move(*instead) : ((*routes).*call)(request, asker);
    };
    if (method == Method::post || method == Method::patch) handler = replays_.once(std::move(handler));
    router_.add(method, path, method == Method::get ? reading_ : Runs::waiting, guard_.needs(right, std::move(handler), quick),
                quick ? guard_.quick(right, std::move(quick)) : nullptr);
  }

 private:
  service::http::Router& router_;
  Guard& guard_;
  Replays& replays_;
  std::shared_ptr<const Routes> routes_;
  service::http::Runs reading_ = service::http::Runs::on_pool;
  Guard::Ready before_;
};

}  // namespace segue::api
