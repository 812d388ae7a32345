// SPDX-License-Identifier: Apache-2.0
// Lists of what people make, in pages: every row once, in one order, whatever comes and goes in between; cursors that nobody gave out.
#include <set>

#include "tests/catalog-api/api/running.h"

using namespace segue;
using nlohmann::json;
using tests::Running;

namespace {

// All rows of a list by its pages, as `text` tells them.
template <class Text>
std::vector<std::string> all_of(const Running& running, const std::string& first, const char* name, const std::string& who, Text text) {
  std::vector<std::string> rows;
  for (std::string address = first; !address.empty();) {
    const auto answer = running.get(address, who);
    INFO(address << answer.body);
    REQUIRE(answer.status == 200);
    const json page = json::parse(answer.body);
    for (const json& row : page[name]) rows.push_back(text(row));
    address = page.value("next", "");
    CHECK(answer.fields.contains("link") == !address.empty());
    if (!address.empty()) CHECK(answer.fields.at("link") == "<" + address + ">; rel=\"next\"");
    REQUIRE(rows.size() < 10'000);
  }
  return rows;
}

std::string name_of(const json& row) { return row["name"]; }
std::string user_of(const json& row) { return row["user"]; }
std::string about_of(const json& row) { return row["about"]; }
using Texts = std::vector<std::string>;

}  // namespace

TEST_CASE("playlists in pages: own ones, followed, shared, public, each by name") {
  Running running;
  running.start();
  const std::string ada = running.log_in("ada"), bob = running.log_in("bob");
  const auto made = [&](const std::string& name, const std::string& who) {
    const auto answer = running.send("POST", "/api/v1/playlists", R"({"name":")" + name + "\"}", who);
    REQUIRE(answer.status == 201);
    return "/api/v1/playlists/" + json::parse(answer.body)["id"].get<std::string>();
  };
  const auto show = [&](const std::string& at) {
    REQUIRE(running.send("PATCH", at, R"({"operations":[{"op":"set","public":true}]})", ada).status == 200);
  };
  const std::string long_name(4096, 'x');
  for (const char* name : {"c", "a", "b"}) show(made(name, ada));
  for (int i = 0; i < 3; ++i) show(made(long_name, ada));  // alike as far as an order looks
  const std::string followed = made("z", ada), shared = made("y", ada);
  show(followed);
  REQUIRE(running.send("PUT", followed + "/following", R"({"following":true})", bob).status == 200);
  REQUIRE(running.send("PUT", shared + "/collaborators/bob", R"({"role":"viewer"})", ada).status == 200);
  for (const char* name : {"2", "1"}) made(name, bob);
  const Texts all{"1", "2", "z", "y", "a", "b", "c", long_name, long_name, long_name};
  for (const int limit : {1, 2, 3, 9, 10, 500})
    CHECK(all_of(running, "/api/v1/playlists?limit=" + std::to_string(limit), "playlists", bob, name_of) == all);
  CHECK(all_of(running, "/api/v1/playlists?scope=mine&limit=1", "playlists", bob, name_of) == Texts{"1", "2", "z", "y"});
  CHECK(all_of(running, "/api/v1/playlists?limit=2&scope=public", "playlists", bob, name_of) ==
        Texts{"a", "b", "c", long_name, long_name, long_name});
  CHECK(all_of(running, "/api/v1/playlists?limit=2", "playlists", "", name_of).size() == 7);  // a guest's

  // What comes and goes between two pages neither repeats nor hides another.
  const json first = json::parse(running.get("/api/v1/playlists?limit=5", bob).body);
  CHECK(first["playlists"].back()["name"] == "a");
  made("0", bob);
  REQUIRE(running.send("DELETE", "/api/v1/playlists/" + first["playlists"].back()["id"].get<std::string>(), "", ada).status == 204);
  show(made("aa", ada));
  CHECK(all_of(running, first["next"], "playlists", bob, name_of) == Texts{"aa", "b", "c", long_name, long_name, long_name});
}

TEST_CASE("users and the audit log in pages") {
  Running running;
  running.start();
  const std::string ada = running.log_in("ada");
  for (const char* name : {"Carl", "bob", "dan"})
    REQUIRE(running.send("POST", "/api/v1/users", R"({"user":")" + std::string(name) + R"(","password":"password1"})", ada).status == 201);
  for (const char* limit : {"1", "2", "3", "4", "500"}) {
    CHECK(all_of(running, std::string("/api/v1/users?limit=") + limit, "users", ada, user_of) == Texts{"ada", "bob", "Carl", "dan"});
    CHECK(all_of(running, std::string("/api/v1/audit?limit=") + limit, "entries", ada, about_of) == Texts{"dan", "bob", "Carl", "ada"});
  }
  auto accounts = accounts::Accounts::open(running.place);
  REQUIRE(accounts);
  for (int i = 0; i < 700; ++i) REQUIRE(accounts->note("test", "line", std::to_string(i), ""));
  const json first = json::parse(running.get("/api/v1/audit", ada).body);
  CHECK((first["entries"].size() == 100 && first["entries"][0]["about"] == "699"));
  REQUIRE(accounts->note("test", "line", "new", ""));
  const Texts rest = all_of(running, first["next"], "entries", ada, about_of);
  CHECK((rest.size() == 604 && rest.front() == "599" && rest.back() == "ada"));
}

TEST_CASE("cursors that no list gave out") {
  Running running;
  running.start();
  const std::string ada = running.log_in("ada");
  for (const char* name : {"bob", "carl"})
    REQUIRE(running.send("POST", "/api/v1/users", R"({"user":")" + std::string(name) + R"(","password":"password1"})", ada).status == 201);
  for (const char* name : {"a", "b"})
    REQUIRE(running.send("POST", "/api/v1/playlists", R"({"name":")" + std::string(name) + "\"}", ada).status == 201);
  const char* const lists[] = {"/api/v1/playlists", "/api/v1/users", "/api/v1/audit"};
  for (const char* list : lists) {
    const std::string next = json::parse(running.get(std::string(list) + "?limit=1", ada).body)["next"];
    const std::size_t at = next.find("cursor=") + 7;
    const std::string cursor = next.substr(at, next.find('&') - at), at_list = std::string(list) + "?cursor=";
    CHECK(running.get(at_list + cursor, ada).status == 200);
    std::string forged = cursor;
    forged[forged.size() / 2] = forged[forged.size() / 2] == 'A' ? 'B' : 'A';
    for (const std::string& wrong : {std::string(), std::string("x"), forged, cursor + "A", cursor.substr(1), std::string(3000, 'A')}) {
      CAPTURE(list, wrong);
      CHECK(running.get(at_list + wrong, ada).status == 400);
    }
    for (const char* other : lists) {
      CAPTURE(list, other);
      if (std::string_view(other) != list) CHECK(running.get(std::string(other) + "?cursor=" + cursor, ada).status == 400);
    }
    for (const char* query : {"limit=0", "limit=501", "limit=x", "limit=", "offset=1", "order=name"}) {
      CAPTURE(list, query);
      CHECK(running.get(std::string(list) + "?" + query, ada).status == 400);
    }
  }
}
