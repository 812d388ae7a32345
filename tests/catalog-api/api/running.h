// SPDX-License-Identifier: Apache-2.0
// A catalog of the test's own on a free port, over a home that goes with it.
#pragma once

#include <functional>
#include <nlohmann/json.hpp>
#include <optional>

#include <thread>

#include "catalog-api/accounts/accounts.h"
#include "catalog-api/catalog.h"
#include "tests/catalog-api/api/described.h"
#include "tests/catalog-api/library/asset_text.h"
#include "tests/catch.h"
#include "tests/service/http/client.h"
#include "tests/service/place.h"

namespace segue::tests {

class Running {
 public:
  Running() {
    std::filesystem::create_directories(home.path() / "store");
    std::filesystem::create_directories(home.path() / "run");
  }
  void publish(const media::Asset& asset) const { tests::publish(home.path() / "store", asset); }
  void start() {
    auto at = service::Home::find(home.path().string(), "", "");
    REQUIRE(at);
    auto started = catalog::Catalog::start({.home = *at, .database = place.server});
    if (!started) FAIL(started.error().message);
    catalog = std::move(*started);
    until([&] { return json("/health")["scanned"] == true; });
  }
  void stop() { catalog.reset(); }

  [[nodiscard]] Answer get(const std::string& target, const std::string& fields = "") const {
    Client client(catalog->port());
    return described("GET", target, client.get(target, fields));
  }
  [[nodiscard]] nlohmann::json json(const std::string& target) const { return nlohmann::json::parse(get(target).body, nullptr, false); }
  [[nodiscard]] Answer send(const std::string& method, const std::string& target, const std::string& body,
                            const std::string& fields = "") const {
    Client client(catalog->port());
    client.send(method + " " + target + " HTTP/1.1\r\nHost: t\r\nContent-Length: " + std::to_string(body.size()) + "\r\n" + fields +
                "\r\n" + body);
    return described(method, target, client.receive());
  }
  // Asks until it is so; a test that waits for ever is ended by ctest.
  static void until(const std::function<bool()>& is_so) {
    while (!is_so()) std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }

  // A user of the running catalog, made as the command line makes one; the header fields of a session.
  [[nodiscard]] std::string log_in(const std::string& user, const std::string& role = "listener") const {
    auto accounts = accounts::Accounts::open(place);
    REQUIRE(accounts);
    const auto added = accounts->add(user, "password of " + user, role);
    REQUIRE(added);
    const auto answer = send("POST", "/api/v1/sessions", R"({"user":")" + user + R"(","password":"password of )" + user + "\"}");
    REQUIRE(answer.status == 201);
    return "Authorization: Bearer " + nlohmann::json::parse(answer.body)["access_token"].get<std::string>() + "\r\n";
  }

  // Every good answer of the API is as openapi.json says, every refusal a problem.
  [[nodiscard]] Answer described(const std::string& method, const std::string& target, Answer answer) const {
    const bool is_good = answer.status >= 200 && answer.status <= 299, is_refused = answer.status >= 400;
    if ((!is_good && !is_refused) || !target.starts_with("/api/v1/") || (is_good && target == "/api/v1/openapi.json")) return answer;
    if (!description_) {
      Client client(catalog->port());
      description_.emplace(nlohmann::json::parse(client.get("/api/v1/openapi.json").body));
    }
    const std::string wrong = is_good ? description_->check(method, target, answer.status, answer.body)
                                      : description_->check_problem(answer.status, answer.fields["content-type"], answer.body);
    if (!wrong.empty()) FAIL_CHECK(method << ' ' << target << ": " << answer.status << ' ' << wrong);
    return answer;
  }

  Folder home;
  service::DatabasePlace place = place_in(home / "catalog");
  std::unique_ptr<catalog::Catalog> catalog;

 private:
  mutable std::optional<Described> description_;
};

}  // namespace segue::tests
