// SPDX-License-Identifier: Apache-2.0
// A running catalog with a small library, asked as a client of the protocol asks.
#pragma once

#include "tests/catalog-api/api/running.h"

namespace segue::tests {

struct SubsonicServer : Running {
  explicit SubsonicServer(int songs = 12) {
    for (int i = 1; i <= songs; ++i) publish(song(i));
    start();
    auto accounts = accounts::Accounts::open(place);
    REQUIRE(accounts);
    REQUIRE(accounts->add("ada", "login password", "admin"));
    secret = accounts->add_credential("ada", accounts::CredentialKind::app_password, "test", "write")->value->secret;
    login = "u=ada&p=" + secret;
  }
  static media::Asset song(int i) {
    return make_asset(i, {{"title", {"Song " + std::to_string(i)}},
                          {"artist", {i % 2 ? "Björk" : "Áge"}},
                          {"album", {i <= 6 ? "First" : "Second"}},
                          {"album_artist", {"Björk"}},
                          {"track", {std::to_string(i)}},
                          {"genre", {i % 3 ? "Pop" : "Folk & <Roots>"}},
                          {"date", {i <= 6 ? "1993" : "1995"}},
                          {"lyrics", {"[00:01.00]one\n[00:02.00]two"}}});
  }
  [[nodiscard]] nlohmann::json call(const std::string& method, const std::string& more = "", const std::string& who = "") const {
    const auto answer =
        get("/rest/" + method + ".view?v=1.16.1&c=test&f=json&" + (who.empty() ? login : who) + (more.empty() ? "" : "&" + more));
    CHECK(answer.status == 200);
    return nlohmann::json::parse(answer.body, nullptr, false)["subsonic-response"];
  }
  [[nodiscard]] int code(const std::string& method, const std::string& more = "", const std::string& who = "none=1") const {
    const auto response = call(method, more, who);
    return response["status"] == "failed" ? response["error"]["code"].get<int>() : -1;
  }
  std::string secret, login;
};

}  // namespace segue::tests
