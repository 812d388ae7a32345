// SPDX-License-Identifier: Apache-2.0
// Idempotency-Key wherever a POST makes something: sent again, with another body, by somebody else, twice at once; and what of it lies in
// the database.
#include <array>
#include <set>
#include <thread>

#include "catalog-api/accounts/secrets.h"
#include "tests/catalog-api/api/running.h"

using namespace segue;
using nlohmann::json;
using tests::Running;

namespace {

struct Row {
  const char *target, *body, *other_body;
  const char* list;  // where what was made is listed, and as what
  const char* name;
  const char* secret;  // member that is told once; empty: none
};

const Row kRows[] = {
    {"/api/v1/users", R"({"user":"eve","password":"Secret-Of-Eve"})", R"({"user":"eve","password":"Secret-Of-Eva"})", "/api/v1/users",
     "users", ""},
    {"/api/v1/libraries", R"({"name":"Jazz"})", R"({"name":"Kids"})", "/api/v1/libraries", "libraries", ""},
    {"/api/v1/invitations", R"({"role":"listener"})", R"({"role":"admin"})", "/api/v1/invitations", "invitations", "code"},
    {"/api/v1/me/api-keys", R"({"label":"a"})", R"({"label":"b"})", "/api/v1/me/api-keys", "credentials", "secret"},
    {"/api/v1/me/app-passwords", R"({"label":"a"})", R"({"label":"b"})", "/api/v1/me/app-passwords", "credentials", "secret"},
    {"/api/v1/playlists", R"({"name":"a"})", R"({"name":"b"})", "/api/v1/playlists", "playlists", ""},
    {"/api/v1/playlist-folders", R"({"name":"a"})", R"({"name":"b"})", "/api/v1/playlist-folders", "folders", ""},
};

std::string key_field(const std::string& key) { return "Idempotency-Key: " + key + "\r\n"; }

std::size_t count_of(const Running& running, const Row& row, const std::string& who) {
  return json::parse(running.get(row.list, who).body)[row.name].size();
}

// All that the accounts' database has kept of replays.
std::string kept_in(const Running& running) {
  auto database = service::Database::open(running.place.database("accounts"));
  REQUIRE(database);
  const auto rows = database->query("SELECT user, key, request, etag, location, body, type FROM replay");
  REQUIRE(rows);
  std::string all;
  for (const auto& row : *rows)
    for (std::size_t i = 0; i < 7; ++i) all += row[i].text() + '\n';
  return all;
}

}  // namespace

TEST_CASE("what makes something is done once, however often it is sent") {
  Running running;
  running.start();
  const std::string ada = running.log_in("ada"), other = running.log_in("otto", "admin");
  for (const Row& row : kRows) {
    CAPTURE(row.target);
    const std::string key = key_field(row.target);
    const std::size_t before = count_of(running, row, ada);
    const auto first = running.send("POST", row.target, row.body, ada + key);
    REQUIRE(first.status == 201);
    const auto again = running.send("POST", row.target, row.body, ada + key);
    CHECK((again.status == 201 && again.body == first.body && again.fields.at("idempotency-replayed") == "true"));
    CHECK_FALSE(first.fields.contains("idempotency-replayed"));
    if (*row.secret != 0) CHECK((again.fields.at("cache-control") == "no-store" && json::parse(again.body)[row.secret].is_string()));
    const auto refused = running.send("POST", row.target, row.other_body, ada + key);
    CHECK((refused.status == 422 && json::parse(refused.body)["pointer"] == "Idempotency-Key"));
    CHECK(refused.body.find("Secret") == std::string::npos);
    CHECK(count_of(running, row, ada) == before + 1);
    for (const std::string& wrong : {std::string(), std::string(129, 'k')})
      CHECK(running.send("POST", row.target, row.body, ada + key_field(wrong)).status == 400);
    const auto others = running.send("POST", row.target, row.body, other + key);  // a key is its user's
    CHECK_FALSE(others.fields.contains("idempotency-replayed"));
    CHECK(others.body != first.body);
    running.stop();
    running.start();  // what was answered outlives the process
    CHECK(running.send("POST", row.target, row.body, ada + key).body == first.body);
  }
}

TEST_CASE("a secret that is told once lies nowhere in clear, nor a password that was sent") {
  Running running;
  running.start();
  const std::string ada = running.log_in("ada");
  std::vector<std::string> secrets{"Secret-Of-Eve", "ad5a2f5e-of-the-client"};
  int number = 0;
  for (const Row& row : kRows) {
    if (*row.secret == 0 && std::string_view(row.target) != "/api/v1/users") continue;
    const auto made = running.send("POST", row.target, row.body, ada + key_field("ad5a2f5e-of-the-client" + std::to_string(number++)));
    REQUIRE(made.status == 201);
    if (*row.secret != 0) secrets.push_back(json::parse(made.body)[row.secret]);
  }
  const std::string kept = kept_in(running);
  CHECK(kept.size() > 500);
  for (const std::string& secret : secrets) CHECK(kept.find(secret) == std::string::npos);
  // Nor a digest that could be tried out without accounts.key.
  CHECK(kept.find(accounts::hash_secret("ad5a2f5e-of-the-client0")) == std::string::npos);

  const auto keys = accounts::Keys::load(running.place.folder + "/accounts.key");
  REQUIRE(keys);
  auto database = service::Database::open(running.place.database("accounts"));
  REQUIRE(database);
  const auto rows = database->query("SELECT body FROM replay");
  REQUIRE((rows && rows->size() == 4));
  for (const auto& row : *rows) CHECK_FALSE(keys->open(row[0].text()));  // accounts.key alone opens none
}

TEST_CASE("a key that may less is not told what one that may more was answered") {
  Running running;
  running.start();
  const std::string ada = running.log_in("ada"), key = key_field("k");
  const auto made = running.send("POST", "/api/v1/me/api-keys", R"({"scope":"write"})", ada + key);
  REQUIRE(made.status == 201);
  const auto with = [](const std::string& secret) { return "Authorization: Bearer " + secret + "\r\n"; };
  const std::string writing = with(json::parse(made.body)["secret"]);
  CHECK(running.send("POST", "/api/v1/me/api-keys", R"({"scope":"write"})", writing + key).status == 422);
  const auto reading = running.send("POST", "/api/v1/me/api-keys", R"({"scope":"read"})", ada);
  CHECK(running.send("POST", "/api/v1/me/api-keys", R"({"scope":"write"})", with(json::parse(reading.body)["secret"]) + key).status == 403);
  CHECK(running.send("POST", "/api/v1/me/api-keys", R"({"scope":"write"})", key).status == 401);
  // And whose rights were taken away hears nothing of before.
  const std::string bob = running.log_in("bob", "admin");
  REQUIRE(running.send("POST", "/api/v1/invitations", "{}", bob + key).status == 201);
  REQUIRE(running.send("PATCH", "/api/v1/users/bob", R"({"role":"listener"})", ada).status == 200);
  CHECK(running.send("POST", "/api/v1/invitations", "{}", bob + key).status == 403);
}

TEST_CASE("of two at once one is done, the other hears so") {
  Running running;
  running.start();
  const std::string ada = running.log_in("ada");
  for (const Row& row : kRows) {
    CAPTURE(row.target);
    const std::size_t before = count_of(running, row, ada);
    std::array<tests::Answer, 6> answers;
    {
      std::vector<std::jthread> senders;
      for (auto& answer : answers)
        senders.emplace_back([&] {
          tests::Client client(running.catalog->port());
          const std::string body = row.body;
          client.send(std::string("POST ") + row.target + " HTTP/1.1\r\nHost: t\r\nContent-Length: " + std::to_string(body.size()) +
                      "\r\n" + ada + key_field(row.target) + "\r\n" + body);
          answer = client.receive();
        });
    }
    std::set<std::string> made;
    for (const auto& answer : answers) {
      CHECK((answer.status == 201 || answer.status == 409));
      if (answer.status == 201) made.insert(answer.body);
    }
    CHECK(made.size() == 1);
    CHECK(count_of(running, row, ada) == before + 1);
  }
}
