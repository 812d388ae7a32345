// SPDX-License-Identifier: Apache-2.0
// Search that keeps up with what is published, and playlists, over HTTP.
#include "catalog-api/listening/listening.h"
#include "tests/catalog-api/api/redis_server.h"
#include "tests/catalog-api/api/running.h"

using namespace segue;
using nlohmann::json;
using tests::asset_id;
using tests::make_asset;
using tests::Running;

namespace {

media::Asset song(int number, const std::string& title) {
  return make_asset(number, {{"title", {title}}, {"artist", {"Sigur Rós"}}, {"album", {"Takk…"}}, {"genre", {"Rock"}}, {"date", {"2005"}}});
}

}  // namespace

TEST_CASE("search: a hit with its words marked, the best of all kinds, facets") {
  Running running;
  running.publish(song(1, "Hoppípolla"));
  running.publish(song(2, "Glósóli"));
  running.start();
  const auto found = running.json("/api/v1/search?q=hopipola");
  REQUIRE(found["tracks"]["hits"].size() == 1);
  const auto& hit = found["tracks"]["hits"][0];
  CHECK((hit["id"] == asset_id(1) && hit["by"] == "Sigur Rós" && hit["in"] == "Takk…"));
  CHECK(hit["hls"] == "/v/" + asset_id(1) + "/master.m3u8");
  CHECK(hit["highlights"] == json::parse(R"([{"field":"name","begin":0,"end":10}])"));
  const auto artist = running.json("/api/v1/search?q=ros%20sigur&kind=artist");
  CHECK(artist["top"]["kind"] == "artist");
  CHECK(artist["top"]["highlights"] == json::parse(R"([{"field":"name","begin":0,"end":5},{"field":"name","begin":6,"end":9}])"));
  CHECK_FALSE(artist.contains("tracks"));
  const auto all = running.json("/api/v1/search?q=sigur");
  CHECK(all["tracks"]["genres"] == json::parse(R"([{"value":"Rock","count":2}])"));
  CHECK(running.json("/api/v1/search?q=sigur&year_from=2006")["tracks"]["found"] == 0);
  CHECK(running.json("/api/v1/search?q=").contains("query"));
  for (const char* target : {"/api/v1/search", "/api/v1/search?q=x&limit=0", "/api/v1/search?q=x&kind=song", "/api/v1/search?q=x&page=2"})
    CHECK(running.get(target).status == 400);
}

TEST_CASE("an artist, an album and a track are found by the names they are sorted by, until no file says so") {
  Running running;
  tests::RedisServer redis(running.home / "run/redis.sock");
  auto beatles = make_asset(1, {{"title", {"Help!"}}, {"artist", {"The Beatles"}}, {"artistsort", {"Beatles, The"}}});
  auto jihen = make_asset(2, {{"title", {"群青日和"}},
                              {"titlesort", {"Gunjou Biyori"}},
                              {"artist", {"東京事変"}},
                              {"artistsort", {"Tokyo Jihen"}},
                              {"album", {"教育"}},
                              {"albumsort", {"Kyoiku"}}});
  running.publish(beatles);
  running.publish(jihen);
  running.start();
  const auto found = [&](const std::string& query, const std::string& kind) {
    const auto hits = running.json("/api/v1/search?q=" + query + "&kind=" + kind)[kind + "s"]["hits"];
    return hits.empty() ? std::string() : hits[0]["name"].get<std::string>();
  };
  CHECK(found("Beatles,%20The", "artist") == "The Beatles");
  CHECK(found("tokyo%20jih", "artist") == "東京事変");
  CHECK(found("tokoy%20jihen", "artist") == "東京事変");
  CHECK(found("kyoiku", "album") == "教育");
  CHECK(found("gunjou", "track") == "群青日和");
  Running::until([&] { return running.json("/health")["bus"] == true; });
  jihen.tags.erase("artistsort");
  running.publish(jihen);
  REQUIRE(service::EventBus(running.home / "run/redis.sock").publish({"e", "asset.published", R"({"asset":")" + asset_id(2) + R"("})"}));
  Running::until([&] { return found("tokyo%20jihen", "artist").empty(); });
  CHECK(found("kyoiku", "album") == "教育");
}

TEST_CASE("of two with one name the one that is played stands first, and keeps its place when it is tagged anew") {
  Running running;
  tests::RedisServer redis(running.home / "run/redis.sock");
  running.publish(song(1, "Hoppípolla"));
  running.publish(song(2, "Hoppípolla"));
  running.start();
  const auto first = [&] { return running.json("/api/v1/search?q=hoppipolla&kind=track")["tracks"]["hits"][0]; };
  CHECK(first()["id"] == asset_id(1));
  auto listening = listening::Listening::open(running.place);
  REQUIRE(listening);
  for (int i = 0; i < 3; ++i) REQUIRE(listening->played(1, asset_id(2), "", 1700000000 + i));
  running.stop();
  running.start();
  CHECK(first()["id"] == asset_id(2));
  Running::until([&] { return running.json("/health")["bus"] == true; });
  auto again = song(2, "Hoppípolla");
  again.tags["genre"] = {"Folk"};
  running.publish(again);
  REQUIRE(service::EventBus(running.home / "run/redis.sock").publish({"e", "asset.published", R"({"asset":")" + asset_id(2) + R"("})"}));
  Running::until([&] { return running.json("/api/v1/search?q=hoppipolla&genre=Folk")["tracks"]["found"] == 1; });
  CHECK(first()["id"] == asset_id(2));
}

TEST_CASE("what is published is found, what is removed is not, and a start remembers both") {
  Running running;
  tests::RedisServer redis(running.home / "run/redis.sock");
  running.publish(song(1, "Hoppípolla"));
  running.start();
  Running::until([&] { return running.json("/health")["bus"] == true; });
  service::EventBus bus(running.home / "run/redis.sock");
  const auto is_found = [&](const char* query) {
    return !running.json(std::string("/api/v1/search?kind=track&q=") + query)["tracks"]["hits"].empty();
  };
  CHECK_FALSE(is_found("saeglopur"));
  running.publish(song(2, "Sæglópur"));
  REQUIRE(bus.publish({"e", "asset.published", R"({"asset":")" + asset_id(2) + R"("})"}));
  Running::until([&] { return is_found("saeglopur"); });
  std::filesystem::remove_all(running.home.path() / "store" / asset_id(1));
  REQUIRE(bus.publish({"e", "asset.removed", R"({"asset":")" + asset_id(1) + R"("})"}));
  Running::until([&] { return !is_found("hoppipolla"); });
  running.stop();
  running.start();
  CHECK(is_found("saeglopur"));
  CHECK_FALSE(is_found("hoppipolla"));
}

TEST_CASE("a playlist: made, changed by two, undone") {
  Running running;
  running.start();
  const std::string ada = running.log_in("ada"), bob = running.log_in("bob");
  const auto made = running.send("POST", "/api/v1/playlists", R"({"name":"Mix","tracks":["a","b","c"]})", ada);
  REQUIRE(made.status == 201);
  const auto list = json::parse(made.body);
  const std::string at = made.fields.at("location"), first = made.fields.at("etag");
  CHECK(first == "\"" + list["revision"].get<std::string>() + "\"");
  CHECK(running.get(at, ada + "If-None-Match: " + first + "\r\n").status == 304);
  CHECK(running.get(at, bob).status == 404);
  CHECK(running.send("PUT", at + "/collaborators/nobody", R"({"role":"editor"})", ada).status == 404);
  CHECK(running.send("PUT", at + "/collaborators/bob", R"({"role":"editor"})", ada).status == 200);

  const auto remove = [&](int item, const std::string& who, const std::string& more) {
    return running.send(
        "PATCH", at, R"({"operations":[{"op":"remove","uids":[")" + list["items"][item]["uid"].get<std::string>() + "\"]}]}", who + more);
  };
  const auto by_bob = remove(0, bob, "If-Match: " + first + "\r\n");
  CHECK(by_bob.status == 200);
  CHECK(remove(1, ada, "If-Match: " + first + "\r\nPrefer: handling=strict\r\n").status == 412);
  CHECK(remove(1, ada, "Prefer: handling=strict\r\n").status == 428);
  CHECK(remove(1, ada, "If-Match: nonsense\r\n").status == 400);
  const auto by_ada = remove(1, ada, "If-Match: " + first + "\r\n");
  REQUIRE(by_ada.status == 200);
  const auto edited = json::parse(by_ada.body);
  CHECK((edited["missed"].size() == 1 && edited["missed"][0]["author"] == "bob" && edited["playlist"]["count"] == 1));
  CHECK(running.send("POST", at + "/undo", R"({"revision":)" + edited["missed"][0]["revision"].dump() + "}", ada).status == 200);
  CHECK(json::parse(running.get(at, bob).body)["items"][0]["track"] == "a");
  CHECK(json::parse(running.get(at + "/history", ada).body)["revisions"].size() == 5);
  const auto diff = [&](const std::string& query) { return running.get(at + "/diff" + query, ada); };
  const auto found = json::parse(diff("?from=" + list["revision"].get<std::string>()).body);  // "b" is gone, and no more
  CHECK((found["from"] == list["revision"] && found["to"].get<std::string>().starts_with("5-")));
  CHECK(found["operations"] == json::array({{{"op", "remove"}, {"uids", {list["items"][1]["uid"]}}}}));
  for (const auto& [query, status] : {std::pair("", 400), {"?from=1-x", 404}, {"?from=1-x&to=", 400}, {"?from=1-x&since=2", 400}})
    CHECK(diff(query).status == status);
  CHECK(running.send("DELETE", at, "", bob).status == 403);
  CHECK(running.send("DELETE", at, "", ada).status == 204);
  CHECK(running.get(at, ada).status == 404);
  CHECK(running.send("POST", at + "/undelete", "", ada).status == 200);
  const std::pair<const char*, const char*> wrong[] = {
      {R"({"operations":[]})", "/operations"},
      {R"({"operations":[{"op":"sort"}]})", "/operations/0/op"},
      {R"({"operations":[{"op":"remove","uids":[]},{"op":"add","items":[{"track":1}]}]})", "/operations/1/items/0/track"},
      {R"({"operations":[{"op":"set","name":""}],"x":1})", "/x"}};
  for (const auto& [body, pointer] : wrong) CHECK(json::parse(running.send("PATCH", at, body, ada).body)["pointer"] == pointer);
}
