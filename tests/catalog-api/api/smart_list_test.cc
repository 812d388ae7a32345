// SPDX-License-Identifier: Apache-2.0
// Smart lists, folders, following, and lists in search, over HTTP.
#include "tests/catalog-api/api/running.h"

using namespace segue;
using nlohmann::json;
using tests::asset_id;
using tests::make_asset;
using tests::Running;

namespace {

media::Asset song(int number, const char* title, const char* year) {
  return make_asset(number, {{"title", {title}}, {"artist", {"Air"}}, {"album", {"A"}}, {"date", {year}}});
}
std::vector<std::string> tracks(const json& list) {
  std::vector<std::string> ids;
  for (const auto& item : list["items"]) ids.push_back(item["track"]);
  return ids;
}

}  // namespace

TEST_CASE("a smart list reads as any other, and follows the library") {
  Running running;
  running.publish(song(1, "One", "1998"));
  running.publish(song(2, "Two", "2004"));
  running.start();
  const std::string ada = running.log_in("ada"), bob = running.log_in("bob");
  const auto made = running.send(
      "POST", "/api/v1/playlists",
      R"({"name":"Old","rules":{"match":"all","rules":[{"field":"year","op":"less","value":2000}],"sort":[{"by":"title"}]}})", ada);
  REQUIRE(made.status == 201);
  const std::string at = made.fields.at("location");
  const auto list = json::parse(made.body);
  CHECK((list["smart"] == true && list["rules"]["rules"][0]["value"] == 2000 && tracks(list) == std::vector<std::string>{asset_id(1)}));
  const std::string etag = running.get(at, ada).fields.at("etag");
  CHECK(running.get(at, ada + "If-None-Match: " + etag + "\r\n").status == 304);
  running.publish(song(3, "Another", "1999"));
  Running::until([&] { return tracks(json::parse(running.get(at, ada).body)).size() == 2; });
  CHECK(tracks(json::parse(running.get(at, ada).body)) == std::vector<std::string>{asset_id(3), asset_id(1)});
  CHECK(running.get(at, ada + "If-None-Match: " + etag + "\r\n").status == 200);
  CHECK(running.get(at + "/export", ada).body.find("Air - Another") != std::string::npos);
  CHECK(running.send("PATCH", at, R"({"operations":[{"op":"add","items":[{"track":"x"}]}]})", ada).status == 422);
  const auto changed = running.send(
      "PATCH", at, R"({"operations":[{"op":"set","rules":{"match":"all","rules":[{"field":"title","op":"is","value":"two"}]}}]})", ada);
  CHECK((changed.status == 200 && json::parse(changed.body)["playlist"]["count"] == 1));
  CHECK(tracks(json::parse(running.get(at, ada).body)) == std::vector<std::string>{asset_id(2)});
  CHECK(running.send("POST", at + "/undo", "{}", ada).status == 200);
  CHECK(tracks(json::parse(running.get(at, ada).body)).size() == 2);
  CHECK(running.get(at, bob).status == 404);
  const std::pair<const char*, const char*> wrong[] = {
      {R"({"name":"x","rules":{"match":"all","rules":[{"field":"path","op":"is","value":"x"}]}})", "/rules/rules/0/field"},
      {R"({"name":"x","rules":7})", "/rules"},
      {R"({"name":"x","tracks":["a"],"rules":{"match":"all","rules":[{"field":"year","op":"is","value":1}]}})", "/tracks"}};
  for (const auto& [body, pointer] : wrong) {
    const auto answer = running.send("POST", "/api/v1/playlists", body, ada);
    CHECK((answer.status == 422 && json::parse(answer.body)["pointer"] == pointer));
  }
}

TEST_CASE("another's public list: found by search, followed, put into a folder") {
  Running running;
  running.start();
  const std::string ada = running.log_in("ada"), bob = running.log_in("bob");
  const auto made = running.send("POST", "/api/v1/playlists", R"({"name":"Räucherhaus"})", ada);
  const std::string at = made.fields.at("location"), id = json::parse(made.body)["id"];
  const auto hits = [&] { return running.json("/api/v1/search?kind=playlist&q=raucher")["playlists"]["hits"]; };
  CHECK(hits().empty());
  CHECK(running.send("PUT", at + "/following", R"({"following":true})", bob).status == 404);
  CHECK(running.send("PATCH", at, R"({"operations":[{"op":"set","public":true}]})", ada).status == 200);
  REQUIRE(hits().size() == 1);
  CHECK((hits()[0]["id"] == id && hits()[0]["by"] == "ada" && hits()[0]["hls"] == "/v/playlist/" + id + "/master.m3u8"));
  const auto mine = [&] { return json::parse(running.get("/api/v1/playlists?scope=mine", bob).body)["playlists"]; };
  CHECK(mine().empty());
  CHECK(json::parse(running.get("/api/v1/playlists?scope=public", bob).body)["playlists"].size() == 1);
  CHECK(running.get("/api/v1/playlists?scope=all", bob).status == 400);
  CHECK(running.send("PUT", at + "/following", R"({"following":true})", bob).status == 200);
  const auto folder = running.send("POST", "/api/v1/playlist-folders", R"({"name":"Evening"})", bob);
  REQUIRE(folder.status == 201);
  const std::string into = json::parse(folder.body)["id"];
  CHECK(running.send("PUT", at + "/folder", R"({"folder":")" + into + "\"}", bob).status == 200);
  REQUIRE(mine().size() == 1);
  CHECK((mine()[0]["following"] == true && mine()[0]["folder"] == into));
  CHECK(running.send("PUT", at + "/folder", R"({"folder":")" + into + "\"}", ada).status == 422);
  CHECK(running.send("DELETE", "/api/v1/playlist-folders/" + into, "", ada).status == 404);
  CHECK(json::parse(running.get("/api/v1/playlist-folders", bob).body)["folders"].size() == 1);
  CHECK(running.send("DELETE", at, "", ada).status == 204);
  CHECK((hits().empty() && mine().empty()));
  running.stop();
  running.start();
  CHECK(hits().empty());
}
