// SPDX-License-Identifier: Apache-2.0
// Bodies that are wrong, sent to every operation that openapi.json gives a body of JSON: a problem that names the place, nothing changed;
// and the right one, which shows that it was for what is wrong that the others were refused.
#include <map>

#include "tests/catalog-api/api/running.h"

using namespace segue;
using nlohmann::json;
using tests::Running;

namespace {

struct Row {
  const char *method, *path;  // as openapi.json has them
  std::string target;         // with ids of what is there
  std::string good;           // a body that is right, every member of its schema in it that may stand beside the others
  int status;                 // what that one is answered
};

// Ids stand in targets and bodies as "$name". A new password ends the session: it comes last.
const Row kRows[] = {
    {"post", "/api/v1/libraries", "/api/v1/libraries", R"({"name":"Folk","open":true,"rules":[]})", 201},
    {"patch", "/api/v1/libraries/{id}", "/api/v1/libraries/1", R"({"name":"Kids","open":false,"rules":[]})", 204},
    {"post", "/api/v1/sessions", "/api/v1/sessions", R"({"user":"ada","password":"password of ada"})", 201},
    {"post", "/api/v1/sessions/refresh", "/api/v1/sessions/refresh", R"({"refresh_token":"$refresh"})", 201},
    {"post", "/api/v1/setup", "/api/v1/setup", R"({"code":"x","user":"eve","password":"long enough"})", 401},  // there is somebody
    {"post", "/api/v1/invitations", "/api/v1/invitations", R"({"role":"listener"})", 201},
    {"post", "/api/v1/sign-up", "/api/v1/sign-up", R"({"code":"$code","user":"eve","password":"long enough"})", 201},
    {"post", "/api/v1/me/app-passwords", "/api/v1/me/app-passwords", R"({"label":"tv","scope":"write"})", 201},
    {"post", "/api/v1/me/api-keys", "/api/v1/me/api-keys", R"({"label":"tv","scope":"read"})", 201},
    {"post", "/api/v1/users", "/api/v1/users", R"({"user":"zoe","password":"long enough","role":"listener"})", 201},
    {"patch", "/api/v1/users/{name}", "/api/v1/users/bob", R"({"disabled":false,"role":"listener","password":"long enough"})", 200},
    {"post", "/api/v1/playlists", "/api/v1/playlists", R"({"name":"Two","tracks":["x"]})", 201},
    {"patch", "/api/v1/playlists/{id}", "/api/v1/playlists/$list", R"({"operations":[{"op":"set","name":"New"}]})", 200},
    {"post", "/api/v1/playlists/{id}/undo", "/api/v1/playlists/$list/undo", R"({"revision":"$revision"})", 200},
    {"post", "/api/v1/playlists/{id}/restore", "/api/v1/playlists/$list/restore", R"({"revision":"$revision"})", 200},
    {"put", "/api/v1/playlists/{id}/following", "/api/v1/playlists/$others/following", R"({"following":true})", 200},
    {"put", "/api/v1/playlists/{id}/folder", "/api/v1/playlists/$list/folder", R"({"folder":"$folder"})", 200},
    {"put", "/api/v1/playlists/{id}/collaborators/{user}", "/api/v1/playlists/$list/collaborators/bob", R"({"role":"viewer"})", 200},
    {"post", "/api/v1/playlist-folders", "/api/v1/playlist-folders", R"({"name":"Night","parent":"$folder"})", 201},
    {"patch", "/api/v1/playlist-folders/{id}", "/api/v1/playlist-folders/$folder", R"({"name":"Day","parent":""})", 200},
    {"put", "/api/v1/me/password", "/api/v1/me/password", R"({"old":"password of ada","new":"long enough"})", 200},
};

// Wrong for all of them.
const std::pair<std::string, int> kBodies[] = {
    {"", 400},
    {"{", 400},
    {"{}}", 400},
    {"\xff", 400},
    {"{\"a\":\"\xC0\xAF\"}", 400},  // '/' in two bytes
    {R"({"a":"\ud800"})", 400},     // half a pair
    {R"({"a":1e999})", 400},
    {R"({"a":NaN})", 400},
    {std::string(100'000, '['), 400},
    {std::string(33, '[') + std::string(33, ']'), 400},
    {"{\"a\":\"" + std::string(2 << 20, 'x') + "\"}", 413},
    {"[]", 422},
    {"null", 422},
    {"7", 422},
    {R"("a")", 422},
};

// A catalog with one of each that a row names.
struct Furnished : Running {
  Furnished() {
    start();
    admin = log_in("ada");
    const std::string listener = log_in("bob");
    made("POST", "/api/v1/libraries", R"({"name":"Kids"})", admin);
    const nlohmann::json list = made("POST", "/api/v1/playlists", R"({"name":"One"})", admin);
    ids["$list"] = list["id"];
    ids["$revision"] =
        made("PATCH", fill("/api/v1/playlists/$list"), R"({"operations":[{"op":"set","description":"d"}]})", admin)["playlist"]["revision"];
    ids["$others"] = made("POST", "/api/v1/playlists", R"({"name":"Bob's"})", listener)["id"];
    made("PATCH", fill("/api/v1/playlists/$others"), R"({"operations":[{"op":"set","public":true}]})", listener);
    ids["$folder"] = made("POST", "/api/v1/playlist-folders", R"({"name":"Evening"})", admin)["id"];
    ids["$code"] = made("POST", "/api/v1/invitations", "{}", admin)["code"];
    ids["$refresh"] = made("POST", "/api/v1/sessions", R"({"user":"bob","password":"password of bob"})", "")["refresh_token"];
    openapi = json("/api/v1/openapi.json");
    until([&] { return nlohmann::json::parse(get("/api/v1/libraries", admin).body)["is_sorting"] == false; });
  }
  nlohmann::json made(const std::string& method, const std::string& target, const std::string& body, const std::string& who) const {
    const auto answer = send(method, target, body, who);
    INFO(target << ' ' << answer.body);
    REQUIRE(answer.status / 100 == 2);
    return nlohmann::json::parse(answer.body);
  }
  [[nodiscard]] std::string fill(std::string text) const {
    for (const auto& [name, value] : ids)
      for (std::size_t at = 0; (at = text.find(name)) != std::string::npos;) text.replace(at, name.size(), value);
    return text;
  }
  // All that a body could have changed.
  [[nodiscard]] std::string state() const {
    std::string all;
    for (const char* target :
         {"/api/v1/users", "/api/v1/libraries", "/api/v1/invitations", "/api/v1/me", "/api/v1/me/app-passwords", "/api/v1/me/api-keys",
          "/api/v1/audit", "/api/v1/playlist-folders", "/api/v1/playlists", "/api/v1/playlists/$list", "/api/v1/playlists/$list/history",
          "/api/v1/playlists/$list/collaborators", "/api/v1/playlists/$others"}) {
      const auto answer = get(fill(target), admin);
      CHECK(answer.status == 200);
      auto told = nlohmann::json::parse(answer.body);
      told.erase("is_sorting");  // libraries: the scan after them begins and ends by itself
      all += told.dump();
    }
    return all;
  }
  [[nodiscard]] const nlohmann::json& schema_of(const nlohmann::json& of) const {
    if (!of.contains("$ref")) return of;
    const std::string name = of["$ref"];
    return openapi["components"]["schemas"][name.substr(name.rfind('/') + 1)];
  }
  std::string admin;
  std::map<std::string, std::string> ids;
  nlohmann::json openapi;
};

// What is not of a member's type; and, of its type, what no member takes.
std::vector<json> wrong_values(const json& schema) {
  const std::string type = schema["type"];
  std::vector<json> wrong;
  for (const auto& [name, value] : std::map<std::string, json>{
           {"string", "x"}, {"integer", 7}, {"boolean", true}, {"array", json::array({"x"})}, {"object", json::object({{"x", 7}})}})
    if (name != type) wrong.push_back(value);
  if (type == "string") wrong.push_back(std::string(200'000, 'x'));
  if (type == "array") wrong.push_back(json::array({7}));
  if (type == "object") wrong.push_back(json::object());
  return wrong;
}

struct Wrong {
  std::string body;
  int status;
  std::string pointer;  // what the problem's begins with
};

std::vector<Wrong> wrong_bodies(const Furnished& running, const Row& row, const json& schema) {
  std::vector<Wrong> all;
  for (const auto& [body, status] : kBodies) all.push_back({body, status, ""});
  const json good = json::parse(running.fill(row.good));
  const auto changed = [&](const std::string& name, const json& value) {
    json body = good;
    body[name] = value;
    all.push_back({body.dump(), 422, "/" + name});
  };
  changed("surprise", 1);
  for (const auto& [name, of] : schema["properties"].items())
    for (const json& value : wrong_values(running.schema_of(of))) changed(name, value);
  for (const auto& name : schema.value("required", json::array())) {
    json body = good;
    body.erase(name.get<std::string>());
    all.push_back({body.dump(), 422, "/" + name.get<std::string>()});
  }
  return all;
}

}  // namespace

TEST_CASE("wrong bodies change nothing and name the place at whatever takes one") {
  const Furnished running;
  std::size_t described = 0;
  for (const auto& [path, methods] : running.openapi["paths"].items())
    for (const auto& [method, operation] : methods.items())
      described += operation.contains("requestBody") && operation["requestBody"]["content"].contains("application/json");
  CHECK(described == std::size(kRows));
  for (const Row& row : kRows) {
    const json& operation = running.openapi["paths"][row.path][row.method];
    const json& schema = running.schema_of(operation["requestBody"]["content"]["application/json"]["schema"]);
    std::string method = row.method;
    for (char& c : method) c = static_cast<char>(std::toupper(c));
    const std::string target = running.fill(row.target), good = running.fill(row.good), before = running.state();
    for (const auto& [body, status, pointer] : wrong_bodies(running, row, schema)) {
      CAPTURE(method, target, body.substr(0, 200));
      const auto answer = running.send(method, target, body, running.admin);
      CHECK(answer.status == status);
      if (!pointer.empty()) CHECK(json::parse(answer.body).value("pointer", "").starts_with(pointer));
    }
    CAPTURE(method, target);
    const std::string form = "Content-Type: application/x-www-form-urlencoded\r\n";
    CHECK(running.send(method, target, good, running.admin + form).status == 415);
    CHECK(running.state() == before);
    CHECK(running.send(method, target, good, running.admin).status == row.status);
  }
}
