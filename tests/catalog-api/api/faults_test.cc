// SPDX-License-Identifier: Apache-2.0
// A database that somebody else holds: who reads goes on, who writes hears so, nothing is half done.
#include "service/database.h"
#include "tests/catalog-api/api/running.h"

using namespace segue;
using namespace segue::tests;

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
