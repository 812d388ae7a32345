// SPDX-License-Identifier: Apache-2.0
// A database that somebody else holds: who reads goes on, who writes hears so, nothing is half done.
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
