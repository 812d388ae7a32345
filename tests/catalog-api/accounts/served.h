// SPDX-License-Identifier: Apache-2.0
// Accounts behind a server, and whatever else may answer in their place.
#pragma once

#include <functional>
#include <optional>

#include "catalog-api/accounts/accounts.h"
#include "catalog-api/accounts/directory_routes.h"
#include "catalog-api/accounts/remote_directory.h"
#include "service/http/server.h"
#include "tests/catalog-api/library/asset_text.h"
#include "tests/catch.h"
#include "tests/service/place.h"

namespace segue::tests {

class Served {
 public:
  explicit Served(const std::function<void(service::http::Router&)>& add, const service::http::ServerOptions& options = {}) {
    add(router_);
    metrics_.emplace(router_);
    server_.emplace(router_, *metrics_, options);
    REQUIRE(server_->start());
  }
  [[nodiscard]] unsigned short port() const { return server_->port(); }
  void stop() { server_.reset(); }

 private:
  service::http::Router router_;
  std::optional<service::http::Metrics> metrics_;
  std::optional<service::http::Server> server_;
};

inline service::http::InternalKey key_in(const std::string& path) { return std::move(*service::http::InternalKey::load(path)); }

// Any question is answered so.
inline Served answering(unsigned status, const std::string& body) {
  return Served([&](service::http::Router& router) {
    router.add(service::http::Method::post, "/internal/v1/accounts/{question}", service::http::Runs::here,
               [status, body](const service::http::Request&) { return service::http::Response::json(body, status); });
  });
}

// ada, an administrator, and bob, a listener, asked here and from another process.
struct TwoForms {
  TwoForms() {
    REQUIRE(accounts.add("ada", "password1", "admin"));
    REQUIRE(accounts.add("bob", "password2", "listener"));
  }
  [[nodiscard]] accounts::NewCredential credential(accounts::CredentialKind kind, const char* scope) {
    return std::move(*accounts.add_credential("bob", kind, "made by a test", scope)->value);
  }
  Folder folder;
  service::DatabasePlace place = place_in(folder.path().string());
  accounts::Accounts accounts = std::move(*accounts::Accounts::open(place));
  service::http::InternalKey key = key_in(folder / "internal.key");
  Served served{[this](service::http::Router& router) { accounts::add_directory_routes(router, accounts, key); }};
  accounts::RemoteDirectory remote{{"127.0.0.1", served.port()}, key};
};

}  // namespace segue::tests
