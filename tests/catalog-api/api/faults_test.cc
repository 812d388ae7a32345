// SPDX-License-Identifier: Apache-2.0
// A database that somebody else holds: who reads goes on, who writes hears so, nothing is half done.
#include "catalog-api/api/response_cache.h"
#include "service/database.h"
#include "tests/catalog-api/api/running.h"

using namespace segue;
using namespace segue::tests;

TEST_CASE("a commit whose answer was lost: the same Idempotency-Key says so, and does nothing twice") {
  if (!has_server()) return;  // a file answers
  Running running;
  running.start();
  const std::string ada = running.log_in("ada"), once = ada + "Idempotency-Key: k1\r\n", body = R"({"name":"Mix"})";
  auto other = service::Database::open(running.place.database("playlists"));
  REQUIRE(other);
  REQUIRE(
      other->script("CREATE FUNCTION cut() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); "
                    "RETURN NULL; END'; CREATE CONSTRAINT TRIGGER cut AFTER INSERT ON playlist DEFERRABLE INITIALLY DEFERRED FOR EACH ROW "
                    "EXECUTE FUNCTION cut()"));
  const auto lost = running.send("POST", "/api/v1/playlists", body, once);
  CHECK(lost.status == 503);
  CHECK(lost.fields.contains("segue-outcome"));
  REQUIRE(other->script("DROP TRIGGER cut ON playlist"));
  const auto again = running.send("POST", "/api/v1/playlists", body, once);
  CHECK(again.status == 409);
  CHECK(again.body.find("is not known") != std::string::npos);
  CHECK(running.send("POST", "/api/v1/playlists", body, ada + "Idempotency-Key: k2\r\n").status == 201);
}

TEST_CASE("a list's cover is ours: another site's would hear of everybody who sees the list") {
  Running running;
  running.start();
  const std::string ada = running.log_in("ada");
  const std::string at = running.send("POST", "/api/v1/playlists", R"({"name":"Mix"})", ada).fields.at("location");
  const std::pair<const char*, int> table[] = {
      {"/v/aaaaaaaaaaaaaaaaaaaaaaaaab/g1/cover.jpg", 200},
      {"/api/v1/covers/al-1?size=300", 200},
      {"", 200},
      {"https://tracker.example/x.png", 422},
      {"//tracker.example/v/x", 422},
      {"/v/\\\"x", 422},
  };
  for (const auto& [cover, status] : table) {
    CAPTURE(cover);
    const auto answer = running.send("PATCH", at, R"({"operations":[{"op":"set","cover":")" + std::string(cover) + "\"}]}", ada);
    CHECK(answer.status == status);
    if (status == 422) CHECK(nlohmann::json::parse(answer.body)["pointer"] == "/operations/0/cover");
  }
}

TEST_CASE("kept answers take no more room than they may, and many small ones are many") {
  api::ResponseCache cache;
  cache.set_revision(1);
  const auto asked = [](int number) {
    service::http::Request request;
    request.path = "/api/v1/tracks";
    request.query = {{"artist", std::to_string(number)}};  // nobody by these names; each has an answer of its own
    return request;
  };
  for (int i = 0; i < 70'000; ++i) {
    service::http::Response empty = service::http::Response::json(R"({"tracks":[]})");
    empty.etag = "\"e\"";
    cache.keep(asked(i), empty, {library::kEverything, 1});
  }
  CHECK_FALSE(cache.find(asked(0), library::kEverything));
  CHECK(cache.find(asked(69'999), library::kEverything));
}

TEST_CASE("a damaged row is no reason to ask again, and costs nobody else") {
  Running running;
  running.start();
  const std::string ada = running.log_in("ada");
  const auto made = [&] { return running.send("POST", "/api/v1/playlists", R"({"name":"Mix"})", ada).fields.at("location"); };
  const std::string torn = made(), whole = made(), odd = made();
  running.stop();  // what is in memory would hide it
  {
    auto database = service::Database::open(running.place.database("playlists"));
    REQUIRE(database);
    const auto id = [](const std::string& at) { return at.substr(at.rfind('/') + 1); };
    REQUIRE(database->run("INSERT INTO snapshot VALUES (?, 1, '{\"name\":')", id(torn)));
    REQUIRE(database->run("UPDATE operation SET operation = '{\"op\":\"fly\"}' WHERE playlist = ?", id(odd)));
  }
  running.start();
  const std::string edit = R"({"operations":[{"op":"set","name":"N"}]})";
  for (const std::string& at : {torn, odd}) {
    CHECK(running.get(at, ada).status == 500);
    const auto edited = running.send("PATCH", at, edit, ada);
    CHECK(edited.status == 500);
    CHECK_FALSE(edited.fields.contains("retry-after"));
  }
  CHECK(nlohmann::json::parse(running.get("/api/v1/playlists", ada).body)["playlists"].size() == 1);
  CHECK(running.get(whole, ada).status == 200);
  CHECK(running.send("PATCH", whole, edit, ada).status == 200);
}

TEST_CASE("a locked database costs writing only, and only while it is locked") {
  Running running;
  running.publish(make_asset(1, {{"title", {"T"}}, {"artist", {"A"}}}));
  running.start();
  const std::string ada = running.log_in("ada");
  const std::string body = R"({"name":"Mix"})";
  {
    auto other = service::Database::open(running.place.database("playlists"));
    REQUIRE(other);
    auto held = service::Transaction::begin(*other);
    REQUIRE(held);
    Client client(running.catalog->port());
    client.send("POST /api/v1/playlists HTTP/1.1\r\nHost: t\r\nContent-Type: application/json\r\nContent-Length: " +
                std::to_string(body.size()) + "\r\n" + ada + "\r\n" + body);
    auto refused = client.receive();
    if (refused.status == 0) refused = client.receive();  // the client gives up after ten seconds, the database then or a little later
    CHECK(refused.status == 503);
    CHECK(refused.fields.contains("retry-after"));
    CHECK(running.get("/api/v1/playlists", ada).status == 200);
    CHECK(running.json("/api/v1/tracks")["tracks"].size() == 1);
  }
  CHECK(running.json("/health")["status"] == "ok");
  CHECK(nlohmann::json::parse(running.get("/api/v1/playlists", ada).body)["playlists"].empty());
  CHECK(running.send("POST", "/api/v1/playlists", body, ada + "Content-Type: application/json\r\n").status == 201);
}
