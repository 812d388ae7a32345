// SPDX-License-Identifier: Apache-2.0
// Who may do what: every route, asked by a guest, a listener, a read-only key and an administrator; and bodies that are wrong.
#include <strings.h>

#include <algorithm>

#include "catalog-api/accounts/secrets.h"
#include "tests/catalog-api/api/running.h"

using namespace segue;
using nlohmann::json;
using tests::Running;

namespace {

struct Row {
  const char *method, *target, *body;
  int guest, listener, reader, admin;  // what each is answered
  bool is_open = false;                // nobody is asked who it is
};

// 404 and 422 stand for "let in": the route looked at the id or the body.
const Row kMatrix[] = {
    {"GET", "/api/v1/assets", "", 200, 200, 200, 200},
    {"GET", "/api/v1/openapi.json", "", 200, 200, 200, 200, true},
    {"GET", "/api/v1/tracks", "", 200, 200, 200, 200},
    {"GET", "/api/v1/tracks/x", "", 404, 404, 404, 404},
    {"GET", "/api/v1/albums", "", 200, 200, 200, 200},
    {"GET", "/api/v1/albums/x", "", 404, 404, 404, 404},
    {"GET", "/api/v1/artists", "", 200, 200, 200, 200},
    {"GET", "/api/v1/artists/x", "", 404, 404, 404, 404},
    {"GET", "/api/v1/events", "", 200, 200, 200, 200},  // its head; what comes is not waited for
    {"GET", "/api/v1/shares/x", "", 404, 404, 404, 404, true},
    {"GET", "/api/v1/search?q=x", "", 200, 200, 200, 200},
    {"GET", "/api/v1/genres", "", 200, 200, 200, 200},
    {"GET", "/api/v1/covers/x", "", 404, 404, 404, 404},
    {"GET", "/api/v1/me", "", 401, 200, 200, 200},
    {"PUT", "/api/v1/me/password", "{}", 401, 422, 403, 422},
    {"GET", "/api/v1/me/app-passwords", "", 401, 200, 200, 200},
    {"POST", "/api/v1/me/app-passwords", R"({"label":7})", 401, 422, 403, 422},
    {"POST", "/api/v1/me/api-keys", R"({"scope":"admin"})", 401, 403, 403, 201},
    {"DELETE", "/api/v1/me/app-passwords/x", "", 401, 404, 403, 404},
    {"GET", "/api/v1/me/api-keys", "", 401, 200, 200, 200},
    {"DELETE", "/api/v1/me/api-keys/x", "", 401, 404, 403, 404},
    {"GET", "/api/v1/playlists", "", 200, 200, 200, 200},
    {"POST", "/api/v1/playlists", "{}", 401, 422, 403, 422},
    {"POST", "/api/v1/playlists/import", "{}", 401, 422, 403, 422},
    {"GET", "/api/v1/playlists/x/export", "", 401, 404, 404, 404},
    {"GET", "/api/v1/playlists/x/presentation", "", 404, 404, 404, 404},
    {"GET", "/v/playlist/x/master.m3u8", "", 404, 404, 404, 404},
    {"GET", "/v/playlist/x/manifest.mpd?token=forged", "", 401, 401, 401, 401},
    {"GET", "/v/playlist/x/1-a/aac-128.m3u8", "", 404, 404, 404, 404},
    {"GET", "/v/playlist/x/items.json", "", 404, 404, 404, 404},
    {"GET", "/api/v1/playlists/x", "", 404, 404, 404, 404},
    {"PATCH", "/api/v1/playlists/x", R"({"operations":[{"op":"remove","uids":[]}]})", 401, 404, 403, 404},
    {"DELETE", "/api/v1/playlists/x", "", 401, 404, 403, 404},
    {"POST", "/api/v1/playlists/x/undo", "{}", 401, 404, 403, 404},
    {"POST", "/api/v1/playlists/x/restore", R"({"revision":"1-a"})", 401, 404, 403, 404},
    {"POST", "/api/v1/playlists/x/undelete", "", 401, 404, 403, 404},
    {"GET", "/api/v1/playlists/x/history", "", 401, 404, 404, 404},
    {"GET", "/api/v1/playlists/x/diff?from=1-a", "", 401, 404, 404, 404},
    {"GET", "/api/v1/playlists/x/collaborators", "", 401, 404, 404, 404},
    {"PUT", "/api/v1/playlists/x/collaborators/ada", R"({"role":"viewer"})", 401, 404, 403, 404},
    {"PUT", "/api/v1/playlists/x/following", R"({"following":true})", 401, 404, 403, 404},
    {"PUT", "/api/v1/playlists/x/folder", R"({"folder":""})", 401, 404, 403, 404},
    {"GET", "/api/v1/playlist-folders", "", 401, 200, 200, 200},
    {"POST", "/api/v1/playlist-folders", "{}", 401, 422, 403, 422},
    {"PATCH", "/api/v1/playlist-folders/x", "{}", 401, 404, 403, 404},
    {"DELETE", "/api/v1/playlist-folders/x", "", 401, 404, 403, 404},
    {"GET", "/api/v1/libraries", "", 200, 200, 200, 200},
    {"POST", "/api/v1/libraries", "{}", 401, 403, 403, 422},
    {"PATCH", "/api/v1/libraries/9", "{}", 401, 403, 403, 404},
    {"DELETE", "/api/v1/libraries/9", "", 401, 403, 403, 404},
    {"PUT", "/api/v1/libraries/9/users/ada", "", 401, 403, 403, 404},
    {"DELETE", "/api/v1/libraries/9/users/ada", "", 401, 403, 403, 404},
    {"GET", "/api/v1/users", "", 401, 403, 403, 200},
    {"POST", "/api/v1/users", "{}", 401, 403, 403, 422},
    {"PATCH", "/api/v1/users/nobody", R"({"disabled":true})", 401, 403, 403, 404},
    {"GET", "/api/v1/audit", "", 401, 403, 403, 200},
    {"GET", "/api/v1/invitations", "", 401, 403, 403, 200},
    {"POST", "/api/v1/invitations", R"({"role":"king"})", 401, 403, 403, 422},
    {"DELETE", "/api/v1/invitations/x", "", 401, 403, 403, 404},
    {"POST", "/api/v1/sign-up", R"({"code":"x","user":"eve","password":"password1"})", 401, 401, 401, 401, true},
    {"POST", "/api/v1/setup", R"({"code":"x","user":"eve","password":"password1"})", 401, 401, 401, 401, true},
    {"POST", "/api/v1/sessions", R"({"user":"ada"})", 422, 422, 422, 422, true},
    {"POST", "/api/v1/sessions/refresh", R"({"refresh_token":"x"})", 401, 401, 401, 401, true},
    {"DELETE", "/api/v1/sessions/current", "", 401, 204, 403, 204},
};

}  // namespace

TEST_CASE("who may do what") {
  Running running;
  running.start();
  const std::string admin = running.log_in("ada"), listener = running.log_in("bob");
  const auto key = running.send("POST", "/api/v1/me/api-keys", R"({"label":"r","scope":"read"})", listener);
  REQUIRE(key.status == 201);
  const std::string reader = "Authorization: Bearer " + json::parse(key.body)["secret"].get<std::string>() + "\r\n";
  for (const Row& row : kMatrix) {
    CAPTURE(row.method, row.target);
    CHECK(running.send(row.method, row.target, row.body).status == row.guest);
    CHECK(running.send(row.method, row.target, row.body, reader).status == row.reader);
    CHECK(running.send(row.method, row.target, row.body, listener).status == row.listener);
    CHECK(running.send(row.method, row.target, row.body, admin).status == row.admin);
    const int forged = row.is_open ? row.guest : 401;
    CHECK(running.send(row.method, row.target, row.body, "Authorization: Bearer forged\r\n").status == forged);
    CHECK(running.send(row.method, row.target, row.body, "Authorization: Basic YTpi\r\n").status == forged);
  }
  CHECK(running.get("/api/v1/me", admin).status == 401);  // the last row of the table ended that session
  const auto openapi = running.json("/api/v1/openapi.json");
  for (const auto& [path, methods] : openapi["paths"].items())
    for (const auto& [method, operation] : methods.items()) {
      CAPTURE(method, path);
      CHECK(std::any_of(std::begin(kMatrix), std::end(kMatrix), [&, &path = path, &method = method](const Row& row) {
        const std::string_view target = row.target;
        return ::strcasecmp(method.c_str(), row.method) == 0 && tests::Described::fits(path, target.substr(0, target.find('?')));
      }));
    }
}

TEST_CASE("an access token is good until it runs out, and as it was signed") {
  Running running;
  running.start();
  const std::string session = running.log_in("ada");
  const std::string token = session.substr(session.rfind(' ') + 1, session.size() - 2 - session.rfind(' ') - 1);
  const auto keys = accounts::Keys::load(running.place.folder + "/accounts.key");
  const auto others = accounts::Keys::load(running.home / "other.key");
  REQUIRE((keys && others));
  const auto claims = keys->open_token(token);
  REQUIRE(claims);
  const std::int64_t now = std::time(nullptr);
  const auto until = [&](std::int64_t time) {
    json all = json::parse(*claims);
    all["exp"] = time;
    return all.dump();
  };
  json endless = json::parse(*claims);
  endless.erase("exp");
  const std::string payload = token.substr(0, token.rfind('.')).substr(token.find('.'));
  const std::pair<std::string, int> table[] = {
      {token, 200},
      {keys->sign_token(until(now + 600)), 200},
      {keys->sign_token(until(now)), 401},
      {keys->sign_token(until(now - 1)), 401},
      {keys->sign_token(until(0)), 401},
      {keys->sign_token(until(-1)), 401},
      {keys->sign_token(endless.dump()), 401},
      {keys->sign_token("[]"), 401},
      {others->sign_token(until(now + 600)), 401},
      {"eyJhbGciOiJub25lIn0" + payload + ".", 401},  // {"alg":"none"}
      {token.substr(0, token.size() - 4) + "AAAA", 401},
      {token + ".x", 401},
  };
  for (const auto& [bearer, status] : table) {
    CAPTURE(bearer);
    CHECK(running.get("/api/v1/me", "Authorization: Bearer " + bearer + "\r\n").status == status);
    CHECK(running.get("/api/v1/tracks", "Authorization: Bearer " + bearer + "\r\n").status == status);  // and no guest
  }
}

TEST_CASE("an administrator's key for writing makes nothing that may do what administrators do") {
  Running running;
  running.start();
  const std::string admin = running.log_in("ada"), listener = running.log_in("bob");
  const auto key_of = [&](const std::string& who) {
    const auto made = running.send("POST", "/api/v1/me/api-keys", R"({"scope":"write"})", who);
    REQUIRE(made.status == 201);
    return json::parse(made.body)["secret"].get<std::string>();
  };
  const std::string key = key_of(admin);
  const auto app_password = [&](const std::string& who) { return running.send("POST", "/api/v1/me/app-passwords", "{}", who).status; };
  CHECK(app_password("Authorization: Bearer " + key + "\r\n") == 403);
  CHECK(app_password("Authorization: Bearer " + key_of(listener) + "\r\n") == 201);
  CHECK(app_password(admin) == 201);
  CHECK(running.send("POST", "/api/v1/me/app-passwords", R"({"scope":"read"})", listener).status == 422);
  const auto call = [&](const std::string& method) {
    return json::parse(running.get("/rest/" + method + "?v=1.16.1&c=t&f=json&apiKey=" + key).body)["subsonic-response"];
  };
  CHECK(call("ping")["status"] == "ok");
  for (const char* method : {"startScan", "getUsers", "deleteInternetRadioStation"}) CHECK(call(method)["error"]["code"] == 50);
}

TEST_CASE("of a user's change all is done or nothing, and the log has what was done") {
  Running running;
  running.start();
  const std::string admin = running.log_in("ada"), listener = running.log_in("bob");
  const auto change = [&](const char* user, const char* body) {
    return running.send("PATCH", std::string("/api/v1/users/") + user, body, admin).status;
  };
  CHECK(change("bob", R"({"role":"admin","password":"short"})") == 422);
  CHECK(change("bob", R"({"password":"long enough","role":"king"})") == 422);
  CHECK(change("ada", R"({"password":"another one","disabled":true})") == 409);  // the last administrator
  CHECK(running.send("DELETE", "/api/v1/me/api-keys/none", "", admin).status == 404);
  CHECK(running.send("POST", "/api/v1/me/api-keys", R"({"scope":"all"})", admin).status == 422);
  const auto users = json::parse(running.get("/api/v1/users", admin).body)["users"];
  CHECK((users[1]["user"] == "bob" && users[1]["role"] == "listener"));
  CHECK(running.get("/api/v1/me", listener).status == 200);
  CHECK(change("bob", R"({"role":"admin","password":"long enough","disabled":false})") == 200);
  CHECK(running.get("/api/v1/me", listener).status == 401);  // a new password ends sessions
  CHECK(running.send("POST", "/api/v1/sessions", R"({"user":"bob","password":"long enough"})").status == 201);
  std::vector<std::string> told;
  const json entries = json::parse(running.get("/api/v1/audit", admin).body)["entries"];
  for (const auto& entry : entries) told.push_back(entry["what"]);
  CHECK(told == std::vector<std::string>{"log-in", "user.change", "log-in", "log-in"});
}

TEST_CASE("whom an administrator invites makes an account, once") {
  Running running;
  running.start();
  const std::string admin = running.log_in("ada");
  const auto made = running.send("POST", "/api/v1/invitations", "{}", admin);
  REQUIRE(made.status == 201);
  const auto invitation = json::parse(made.body);
  const std::string code = invitation["code"], url = invitation["url"];
  CHECK((url.ends_with("/#invitation=" + code) && invitation["role"] == "listener" && made.fields.at("cache-control") == "no-store"));
  CHECK(running.get("/api/v1/invitations", admin).body.find(code) == std::string::npos);
  const std::string body = R"({"code":")" + code + R"(","user":"bob","password":"long enough"})";
  CHECK(json::parse(running.send("POST", "/api/v1/sign-up", body).body)["role"] == "listener");
  CHECK(running.send("POST", "/api/v1/sign-up", body).status == 401);
  CHECK(running.send("POST", "/api/v1/sessions", R"({"user":"bob","password":"long enough"})").status == 201);
  const auto told = json::parse(running.get("/api/v1/audit", admin).body)["entries"];
  CHECK((told[1]["what"] == "sign-up" && told[1]["who"] == "bob" && told[2]["what"] == "invitation.create"));
}

TEST_CASE("guests: on this machine unless it was said otherwise") {
  Running running;
  running.start();
  auto accounts = accounts::Accounts::open(running.place);
  REQUIRE(accounts);
  const auto from_far = [&] { return running.get("/api/v1/assets", "X-Forwarded-For: 127.0.0.1, 192.0.2.1\r\n").status; };
  const auto from_here = [&] { return running.get("/api/v1/assets", "X-Forwarded-For: 192.0.2.1, 127.0.0.1\r\n").status; };
  CHECK((from_here() == 200 && from_far() == 401));
  REQUIRE(accounts->set_guests("all"));
  CHECK((from_here() == 200 && from_far() == 200));
  REQUIRE(accounts->set_guests("none"));
  CHECK((from_here() == 401 && from_far() == 401));
  CHECK(running.get("/api/v1/assets", running.log_in("ada")).status == 200);
}

TEST_CASE("what guests may not look at is played by an address of one's own") {
  Running running;
  running.publish(tests::make_asset(1, {{"title", {"Harbour"}}, {"artist", {"Nora"}}, {"album", {"Coast"}}}));
  running.start();
  const std::string listener = running.log_in("ada");
  auto accounts = accounts::Accounts::open(running.place);
  REQUIRE(accounts);
  const std::string album = json::parse(running.get("/api/v1/albums", listener).body)["albums"][0]["id"];
  for (const char* guests : {"loopback", "none", "all"}) {
    CAPTURE(guests);
    REQUIRE(accounts->set_guests(guests));
    const auto addresses = json::parse(running.get("/api/v1/playlists/" + album + "/presentation", listener).body);
    const std::string items = addresses["items"];
    // Where not every guest is let in, it is nobody else's, and lies in no cache.
    CHECK((items.find("?token=") != std::string::npos) == (std::string(guests) != "all"));
    CHECK(running.get(items, "X-Forwarded-For: 192.0.2.1\r\n").status == 404);  // let in; the asset has no media here
  }
}

TEST_CASE("bodies that are wrong change nothing and name the place") {
  Running running;
  running.start();
  const std::string admin = running.log_in("ada");
  const std::tuple<std::string, int, const char*> table[] = {
      {"", 400, nullptr},
      {"{", 400, nullptr},
      {"\xff", 400, nullptr},
      {std::string(100000, '['), 400, nullptr},
      {"[]", 422, nullptr},
      {"{}", 422, "/user"},
      {R"({"user":7})", 422, "/user"},
      {R"({"user":"bob"})", 422, "/password"},
      {R"({"user":"bob","password":"password1","admin":true})", 422, "/admin"},
      {R"({"user":"bob","password":"short"})", 422, nullptr},
      {R"({"user":"a\u0000b","password":"password1"})", 422, nullptr},
      {R"({"user":")" + std::string(400, 'x') + R"(","password":"password1"})", 422, "/user"},
      {R"({"user":"bob","password":"password1","role":["admin"]})", 422, "/role"},
      {"{\"user\":\"" + std::string(2 << 20, 'x') + "\"}", 413, nullptr},
  };
  for (const auto& [body, status, pointer] : table) {
    CAPTURE(body.substr(0, 60));
    const auto answer = running.send("POST", "/api/v1/users", body, admin);
    CHECK(answer.status == status);
    if (pointer != nullptr) CHECK(json::parse(answer.body)["pointer"] == pointer);
  }
  CHECK(json::parse(running.get("/api/v1/users", admin).body)["users"].size() == 1);
  CHECK(running.send("POST", "/api/v1/users", "user=bob", admin + "Content-Type: application/x-www-form-urlencoded\r\n").status == 415);
  CHECK(running.send("POST", "/api/v1/sessions", R"({"user":"ada","password":"wrong"})").status == 401);
  CHECK(running.send("POST", "/api/v1/sessions/refresh", R"({"refresh_token":"wrong"})").status == 401);
  CHECK(running.send("POST", "/api/v1/setup", R"({"code":"x","user":"eve","password":"password1"})").status == 401);
}
