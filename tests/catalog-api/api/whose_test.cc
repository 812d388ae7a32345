// SPDX-License-Identifier: Apache-2.0
// Whose: every route of a playlist, asked about a private and a public one by its owner, an editor, a viewer, a stranger, a guest, a key of
// the owner's that may only read, and an administrator who has no part in it; and others' keys, app passwords and folders.
#include <array>
#include <map>

#include "tests/catalog-api/api/running.h"

using namespace segue;
using nlohmann::json;
using tests::Running;

namespace {

// In this order: what changes a list for good is asked by its owner last.
constexpr std::array kAskers{"guest", "stranger", "viewer", "editor", "reader", "admin", "owner"};
using Statuses = std::array<int, kAskers.size()>;

struct Row {
  const char *method, *below, *body;  // `below`: behind /api/v1/playlists/{id}
  Statuses of_private, of_public;
};

// Who may not see a list is answered 404, who may not change it 403 (docs/playlists.md). In a body, "$shown" is what the list is, "$folder"
// a folder of the owner's; of the public list "$before" is a revision of when it was not, "$since" one of later.
const Row kRows[] = {
    {"GET", "", "", {404, 404, 200, 200, 200, 404, 200}, {200, 200, 200, 200, 200, 200, 200}},
    {"GET", "?revision=$since", "", {404, 404, 200, 200, 200, 404, 200}, {200, 200, 200, 200, 200, 200, 200}},
    {"GET", "?revision=$before", "", {404, 404, 200, 200, 200, 404, 200}, {404, 404, 200, 200, 200, 404, 200}},
    {"GET", "/export?format=jspf", "", {401, 404, 200, 200, 200, 404, 200}, {401, 200, 200, 200, 200, 200, 200}},
    {"GET", "/presentation", "", {404, 404, 200, 200, 200, 404, 200}, {200, 200, 200, 200, 200, 200, 200}},
    {"GET", "/history", "", {401, 404, 200, 200, 200, 404, 200}, {401, 200, 200, 200, 200, 200, 200}},
    {"GET", "/diff?from=$since", "", {401, 404, 200, 200, 200, 404, 200}, {401, 200, 200, 200, 200, 200, 200}},
    {"GET", "/collaborators", "", {401, 404, 200, 200, 200, 404, 200}, {401, 200, 200, 200, 200, 200, 200}},
    {"PATCH",
     "",
     R"({"operations":[{"op":"set","public":$shown}]})",
     {401, 404, 403, 403, 403, 404, 200},
     {401, 403, 403, 403, 403, 403, 200}},
    {"PATCH", "", R"({"operations":[{"op":"set","name":"N"}]})", {401, 404, 403, 200, 403, 404, 200}, {401, 403, 403, 200, 403, 403, 200}},
    {"POST", "/undo", "{}", {401, 404, 403, 200, 403, 404, 200}, {401, 403, 403, 200, 403, 403, 200}},
    {"POST", "/undo", R"({"revision":"$since"})", {401, 404, 403, 200, 403, 404, 200}, {401, 403, 403, 200, 403, 403, 200}},
    {"POST", "/restore", R"({"revision":"$before"})", {401, 404, 403, 200, 403, 404, 200}, {401, 403, 403, 200, 403, 403, 200}},
    {"PUT", "/collaborators/mia", R"({"role":"editor"})", {401, 404, 403, 403, 403, 404, 200}, {401, 403, 403, 403, 403, 403, 200}},
    {"PUT", "/collaborators/mia", R"({"role":"none"})", {401, 404, 403, 403, 403, 404, 200}, {401, 403, 403, 403, 403, 403, 200}},
    {"PUT", "/following", R"({"following":true})", {401, 404, 200, 200, 403, 404, 422}, {401, 200, 200, 200, 403, 200, 422}},
    {"PUT", "/following", R"({"following":false})", {401, 404, 200, 200, 403, 404, 200}, {401, 200, 200, 200, 403, 200, 200}},
    {"PUT", "/folder", R"({"folder":"$folder"})", {401, 404, 422, 422, 403, 404, 200}, {401, 422, 422, 422, 403, 422, 200}},
    {"PUT", "/folder", R"({"folder":""})", {401, 404, 200, 200, 403, 404, 200}, {401, 200, 200, 200, 403, 200, 200}},
    {"DELETE", "", "", {401, 404, 403, 403, 403, 404, 204}, {401, 403, 403, 403, 403, 403, 204}},
    // What was deleted is the owner's alone.
    {"GET", "", "", {404, 404, 404, 404, 404, 404, 404}, {404, 404, 404, 404, 404, 404, 404}},
    {"GET", "?revision=$since", "", {404, 404, 404, 404, 200, 404, 200}, {404, 404, 404, 404, 200, 404, 200}},
    {"PATCH", "", R"({"operations":[{"op":"set","name":"N"}]})", {401, 404, 404, 404, 403, 404, 404}, {401, 404, 404, 404, 403, 404, 404}},
    {"POST", "/undelete", "{}", {401, 404, 404, 404, 403, 404, 200}, {401, 404, 404, 404, 403, 404, 200}},
};

// Whom each is told to be the list's, in the order of kAskers.
constexpr std::array<std::string_view, kAskers.size()> kNamesOfPrivate{
    "", "", "owner editor viewer", "owner editor viewer", "owner editor viewer", "", "owner editor viewer"};
constexpr std::array<std::string_view, kAskers.size()> kNamesOfPublic{
    "", "owner", "owner editor viewer", "owner editor viewer", "owner editor viewer", "owner", "owner editor viewer"};

std::string names_in(const json& answer) {
  std::string names;
  if (answer.contains("collaborators"))
    for (const json& one : answer["collaborators"]) names += (names.empty() ? "" : " ") + one["user"].get<std::string>();
  return names;
}

// A catalog where each asker is somebody, and the owner's things are there.
struct House : Running {
  House() {
    start();
    who["admin"] = log_in("ada");
    for (const char* user : {"owner", "editor", "viewer", "stranger"}) who[user] = log_in(user);
    static_cast<void>(log_in("mia"));
    const nlohmann::json key = made("POST", "/api/v1/me/api-keys", R"({"label":"k","scope":"read"})");
    who["reader"] = "Authorization: Bearer " + key["secret"].get<std::string>() + "\r\n";
    ids["$key"] = key["id"];
    ids["$app"] = made("POST", "/api/v1/me/app-passwords", R"({"label":"a"})")["id"];
    ids["$folder"] = made("POST", "/api/v1/playlist-folders", R"({"name":"Evening"})")["id"];
  }
  nlohmann::json made(const std::string& method, const std::string& target, const std::string& body) const {
    const auto answer = send(method, target, body, who.at("owner"));
    INFO(target << ' ' << answer.body);
    REQUIRE(answer.status / 100 == 2);
    return nlohmann::json::parse(answer.body);
  }
  // A list of the owner's with its collaborators; its id.
  std::string list(bool is_public) {
    const nlohmann::json made_one = made("POST", "/api/v1/playlists", R"({"name":"List"})");
    const std::string at = "/api/v1/playlists/" + made_one["id"].get<std::string>();
    for (const std::string user : {"editor", "viewer"}) made("PUT", at + "/collaborators/" + user, R"({"role":")" + user + "\"}");
    ids["$before"] = made_one["revision"];
    ids["$shown"] = is_public ? "true" : "false";
    made("PATCH", at, fill(R"({"operations":[{"op":"set","public":$shown}]})"));
    ids["$since"] = made("PATCH", at, R"({"operations":[{"op":"set","description":"d"}]})")["playlist"]["revision"];
    return made_one["id"];
  }
  [[nodiscard]] std::string fill(std::string text) const {
    for (const auto& [name, value] : ids)
      for (std::size_t at = 0; (at = text.find(name)) != std::string::npos;) text.replace(at, name.size(), value);
    return text;
  }
  std::map<std::string, std::string> who{{"guest", ""}}, ids;
};

}  // namespace

TEST_CASE("whose list it is says who may do what") {
  House house;
  for (const bool is_public : {false, true}) {
    const std::string id = house.list(is_public), at = "/api/v1/playlists/" + id;
    for (const Row& row : kRows)
      for (std::size_t i = 0; i < kAskers.size(); ++i) {
        CAPTURE(is_public, row.method, row.below, row.body, kAskers[i]);
        const auto answer = house.send(row.method, at + house.fill(row.below), house.fill(row.body), house.who.at(kAskers[i]));
        CAPTURE(answer.body);
        CHECK(answer.status == (is_public ? row.of_public : row.of_private)[i]);
      }
    // Who may see it has it among the lists, nobody else.
    for (std::size_t i = 0; i < kAskers.size(); ++i) {
      CAPTURE(is_public, kAskers[i]);
      const bool is_listed = house.get("/api/v1/playlists", house.who.at(kAskers[i])).body.find(id) != std::string::npos;
      CHECK(is_listed == ((is_public ? kRows[0].of_public : kRows[0].of_private)[i] == 200));
    }
    // Who may see it is told the owner; with whom it is shared is told to those alone.
    for (std::size_t i = 0; i < kAskers.size(); ++i) {
      CAPTURE(is_public, kAskers[i]);
      const json told = json::parse(house.get(at + "/collaborators", house.who.at(kAskers[i])).body);
      CHECK(names_in(told) == (is_public ? kNamesOfPublic : kNamesOfPrivate)[i]);
    }
    const auto leave = [&](const std::string& user) {
      return house.send("PUT", at + "/collaborators/" + user, R"({"role":"none"})", house.who.at(user)).status;
    };
    CHECK((leave("viewer") == 200 && leave("editor") == 200));  // what one was given one may give back
    CHECK(house.get(at, house.who.at("editor")).status == (is_public ? 200 : 404));
    CHECK(house.send("PATCH", at, R"({"operations":[{"op":"set","name":"N"}]})", house.who.at("editor")).status == (is_public ? 403 : 404));
  }
}

TEST_CASE("every operation on a playlist has a row") {
  House house;
  const auto openapi = house.json("/api/v1/openapi.json");
  const std::string lists = "/api/v1/playlists/";
  for (const auto& [path, methods] : openapi["paths"].items()) {
    if (!path.starts_with(lists + "{id}")) continue;
    for (const auto& [method, operation] : methods.items()) {
      bool is_asked = false;
      for (const Row& row : kRows) {
        std::string target = lists + "x" + row.below, verb = row.method;
        for (char& c : verb) c = static_cast<char>(std::tolower(c));
        is_asked = is_asked || (verb == method && tests::Described::fits(path, target.substr(0, target.find('?'))));
      }
      CAPTURE(method, path);
      CHECK(is_asked);
    }
  }
}

TEST_CASE("another's key, app password and folder are as if they were not there") {
  House house;
  const std::tuple<const char*, const char*, const char*, int> table[] = {
      {"DELETE", "/api/v1/me/api-keys/$app", "", 404},  // of the other kind
      {"DELETE", "/api/v1/me/app-passwords/$key", "", 404},    {"PATCH", "/api/v1/playlist-folders/$folder", R"({"name":"Night"})", 200},
      {"DELETE", "/api/v1/playlist-folders/$folder", "", 200}, {"DELETE", "/api/v1/me/app-passwords/$app", "", 200},
      {"DELETE", "/api/v1/me/api-keys/$key", "", 200},
  };
  for (const auto& [method, target, body, status] : table) {
    CAPTURE(method, target);
    CHECK(house.send(method, house.fill(target), body).status == 401);
    for (const char* other : {"stranger", "editor", "admin"})
      CHECK(house.send(method, house.fill(target), body, house.who.at(other)).status == 404);
    CHECK(house.send(method, house.fill(target), body, house.who.at("reader")).status == 403);
    CHECK(house.get("/api/v1/me", house.who.at("reader")).status == 200);  // it is still there
    CHECK(house.send(method, house.fill(target), body, house.who.at("owner")).status == status);
  }
  CHECK(house.get("/api/v1/me", house.who.at("reader")).status == 401);
  const std::string folder = R"({"name":"Mine","parent":"$folder"})";
  house.ids["$folder"] = house.made("POST", "/api/v1/playlist-folders", R"({"name":"Evening"})")["id"];
  CHECK(house.send("POST", "/api/v1/playlist-folders", house.fill(folder), house.who.at("stranger")).status == 422);
}
