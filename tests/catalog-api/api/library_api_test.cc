// SPDX-License-Identifier: Apache-2.0
// /api/v1 of the library over a real socket, SQLite and Redis.
#include <optional>

#include "tests/catalog-api/api/redis_server.h"
#include "tests/catalog-api/api/running.h"

using namespace segue;
using tests::asset_id;
using tests::make_asset;
using tests::Running;

namespace {

media::Asset song(int number, const std::string& title = "T") {
  return make_asset(
      number, {{"title", {title}}, {"artist", {"Björk"}}, {"album", {"Debut"}}, {"track", {std::to_string(number)}}, {"genre", {"Pop"}}});
}

}  // namespace

TEST_CASE("the list of assets that a player reads") {
  Running running;
  running.publish(song(1, "One"));
  running.start();
  const auto list = running.json("/api/v1/assets");
  CHECK(list == nlohmann::json::parse(R"({"assets":[{"asset":"aaaaaaaaaaaaaaaaaaaaaaaaab","generation":1,"kind":"track","title":"One",
    "artists":["Björk"],"album":"Debut","seconds":180,"hls":"/v/aaaaaaaaaaaaaaaaaaaaaaaaab/master.m3u8",
    "dash":"/v/aaaaaaaaaaaaaaaaaaaaaaaaab/manifest.mpd","cover":"/v/aaaaaaaaaaaaaaaaaaaaaaaaab/g1/cover.jpg"}]})"));
  const auto first = running.get("/api/v1/assets");
  CHECK(running.get("/api/v1/assets", "If-None-Match: " + first.fields.at("etag") + "\r\n").status == 304);
}

TEST_CASE("an album's one timeline is told with its album's artists, and counts no song") {
  Running running;
  media::Asset timeline = make_asset(9, {{"title", {"Debut"}}, {"album", {"Debut"}}});
  timeline.kind = "album";
  for (int i = 1; i <= 2; ++i) {
    media::Asset track = song(i);
    track.album = timeline.id;
    timeline.album_tracks.push_back({track.id, 1, 180, "T"});
    running.publish(track);
  }
  running.publish(timeline);
  running.start();
  const auto assets = running.json("/api/v1/assets?kind=album")["assets"];
  REQUIRE(assets.size() == 1);
  CHECK(assets[0]["artists"] == nlohmann::json::array({"Björk"}));
  CHECK(running.json("/api/v1/albums")["albums"][0]["songs"] == 2);
}

TEST_CASE("pages follow each other while assets come and go") {
  Running running;
  for (int i = 1; i <= 25; ++i) running.publish(song(i));
  tests::RedisServer redis(running.home / "run/redis.sock");
  running.start();
  service::EventBus bus(running.home / "run/redis.sock");
  std::vector<std::string> seen;
  std::string at = "/api/v1/assets?limit=7";
  int next_number = 26;
  while (!at.empty()) {
    const auto page = running.json(at);
    for (const auto& asset : page["assets"]) seen.push_back(asset["asset"]);
    at = page.value("next", "");
    running.publish(song(next_number, "T"));  // sorts last: it must come, once
    REQUIRE(bus.publish({"e" + std::to_string(next_number), "asset.published", R"({"asset":")" + asset_id(next_number) + R"("})"}));
    Running::until([&] { return running.get("/api/v1/tracks/" + asset_id(next_number)).status == 200; });
    if (++next_number > 30) break;
  }
  std::vector<std::string> expected;
  for (std::size_t i = 1; i <= seen.size(); ++i) expected.push_back(asset_id(static_cast<int>(i)));
  CHECK(seen == expected);
  CHECK(seen.size() >= 25);
}

TEST_CASE("an event brings a new asset, a changed one, and takes a removed one") {
  Running running;
  tests::RedisServer redis(running.home / "run/redis.sock");
  running.start();
  Running::until([&] { return running.json("/health")["bus"] == true; });
  service::EventBus bus(running.home / "run/redis.sock");
  const auto tell = [&](const std::string& type, const std::string& payload) { REQUIRE(bus.publish({"id", type, payload})); };
  for (const char* nonsense : {"", "{", "[]", "{\"asset\":7}", "{\"asset\":\"../x\"}"}) tell("asset.published", nonsense);
  running.publish(song(1, "One"));
  tell("asset.published", R"({"asset":")" + asset_id(1) + R"(","generation":1})");
  tell("asset.published", R"({"asset":")" + asset_id(1) + R"(","generation":1})");
  const std::string track = "/api/v1/tracks/" + asset_id(1);
  Running::until([&] { return running.get(track).status == 200; });
  auto changed = song(1, "Two");
  changed.generation = 2;
  running.publish(changed);
  tell("asset.published", R"({"asset":")" + asset_id(1) + R"(","generation":2})");
  Running::until([&] { return running.json(track)["track"]["title"] == "Two"; });
  std::filesystem::remove_all(running.home.path() / "store" / asset_id(1));
  tell("asset.removed", R"({"asset":")" + asset_id(1) + R"("})");
  Running::until([&] { return running.get(track).status == 404; });
}

TEST_CASE("what was published while the catalog was down is there when it is up") {
  Running running;
  tests::RedisServer redis(running.home / "run/redis.sock");
  running.publish(song(1));
  running.start();
  running.stop();
  running.publish(song(2));
  std::filesystem::remove_all(running.home.path() / "store" / asset_id(1));
  running.start();
  CHECK(running.get("/api/v1/tracks/" + asset_id(1)).status == 404);
  CHECK(running.get("/api/v1/tracks/" + asset_id(2)).status == 200);
}

TEST_CASE("Redis gone: what is published is found in the store; back, with nothing it knew: events are followed again") {
  Running running;
  std::optional<tests::RedisServer> redis(running.home / "run/redis.sock");
  running.start();
  const auto has_bus = [&] { return running.json("/health")["bus"] == true; };
  const auto is_there = [&](int number) { return running.get("/api/v1/tracks/" + asset_id(number)).status == 200; };
  const auto tell = [&](int number) {
    service::EventBus bus(running.home / "run/redis.sock");
    REQUIRE(bus.publish({"e" + std::to_string(number), "asset.published", R"({"asset":")" + asset_id(number) + R"("})"}));
  };
  Running::until(has_bus);
  running.publish(song(1));
  tell(1);  // so that it stands at a place of a stream that will be gone
  Running::until([&] { return is_there(1); });
  redis.reset();
  running.publish(song(2));
  Running::until([&] { return is_there(2); });
  CHECK_FALSE(has_bus());
  CHECK(running.json("/health")["status"] == "ok");
  redis.emplace(running.home / "run/redis.sock");
  running.publish(song(3));
  tell(3);  // before it listens, perhaps
  Running::until([&] { return is_there(3); });
  Running::until(has_bus);
  running.publish(song(4));
  tell(4);
  Running::until([&] { return is_there(4); });
}

TEST_CASE("albums, artists and genres, with what belongs to them") {
  Running running;
  for (int i = 3; i >= 1; --i) running.publish(song(i, "Song " + std::to_string(i)));
  running.start();
  const auto albums = running.json("/api/v1/albums?order=newest");
  REQUIRE(albums["albums"].size() == 1);
  const std::string album = albums["albums"][0]["id"], artist = albums["albums"][0]["people"][0]["id"];
  const auto shown = running.json("/api/v1/albums/" + album);
  CHECK((shown["album"]["title"] == "Debut" && shown["album"]["songs"] == 3 && shown["album"]["seconds"] == 540));
  CHECK((shown["tracks"][0]["number"] == 1 && shown["tracks"][2]["title"] == "Song 3"));
  CHECK(running.json("/api/v1/artists/" + artist)["albums"][0]["id"] == album);
  CHECK(running.json("/api/v1/artists")["artists"][0]["name"] == "Björk");
  CHECK(running.json("/api/v1/genres") == nlohmann::json::parse(R"({"genres":[{"name":"Pop","songs":3,"albums":1}]})"));
  CHECK(running.json("/api/v1/tracks?genre=Pop&artist=" + artist)["tracks"].size() == 3);
  CHECK(running.json("/api/v1/tracks?genre=pop")["tracks"].empty());
  CHECK(running.json("/api/v1/albums?artist=" + artist + "&genre=Pop")["albums"].size() == 1);
}

TEST_CASE("one track is told with its renditions, and its lyrics with their times") {
  Running running;
  auto asset = song(1);
  asset.generation = 3;
  asset.renditions[0].is_default = true;
  asset.renditions[0].peak_bps = 140000;
  media::Rendition flac = asset.renditions[0];
  flac.id = "flac", flac.file = "flac.cmfa", flac.codecs = "fLaC", flac.group = "flac", flac.is_default = false;
  flac.track.codec = media::Codec::flac, flac.track.audio.bit_depth = 16, flac.average_bps = 900000, flac.peak_bps = 1000000;
  asset.renditions.push_back(flac);
  asset.tags["lyrics"] = {"[00:01.50]One\n[00:03.00]Two"};
  running.publish(asset);
  asset = song(2);
  asset.tags["lyrics"] = {"Not timed"};
  running.publish(asset);
  running.publish(song(3));
  running.start();
  const auto timed = running.json("/api/v1/tracks/" + asset_id(1)), plain = running.json("/api/v1/tracks/" + asset_id(2));
  CHECK(timed["renditions"] == nlohmann::json::parse(R"([
    {"id":"aac-128","kind":"audio","codec":"aac","codecs":"mp4a.40.2","lossless":false,"bit_rate":128000,"peak_bit_rate":140000,
     "size_bytes":2880000,"language":"und","role":"main","default":true,"hls":"/v/aaaaaaaaaaaaaaaaaaaaaaaaab/g3/aac-128.m3u8",
     "sample_rate":44100,"channels":2,"bit_depth":0},
    {"id":"flac","kind":"audio","codec":"flac","codecs":"fLaC","lossless":true,"bit_rate":900000,"peak_bit_rate":1000000,
     "size_bytes":2880000,"language":"und","role":"main","default":false,"hls":"/v/aaaaaaaaaaaaaaaaaaaaaaaaab/g3/flac.m3u8",
     "sample_rate":44100,"channels":2,"bit_depth":16}])"));
  CHECK(timed["synced_lyrics"] == nlohmann::json::parse(R"([{"start_ms":1500,"text":"One"},{"start_ms":3000,"text":"Two"}])"));
  CHECK((plain["lyrics"] == "Not timed" && !plain.contains("synced_lyrics")));
  // A file that went a moment ago costs the renditions, not the track.
  std::filesystem::remove_all(running.home.path() / "store" / asset_id(3) / "g1");
  const auto gone = running.get("/api/v1/tracks/" + asset_id(3));
  CHECK((gone.status == 404 || !nlohmann::json::parse(gone.body).contains("renditions")));
}

TEST_CASE("wrong addresses are problems that name the field") {
  Running running;
  for (int i = 1; i <= 3; ++i) running.publish(song(i));
  running.start();
  const std::string cursor = running.json("/api/v1/assets?limit=1")["next"];
  const std::string sealed = cursor.substr(cursor.find("cursor=") + 7, cursor.find('&') - cursor.find("cursor=") - 7);
  const std::tuple<std::string, int, const char*> table[] = {
      {"/api/v1/assets?limit=0", 400, "limit"},
      {"/api/v1/assets?limit=501", 400, "limit"},
      {"/api/v1/assets?limit=1e2", 400, "limit"},
      {"/api/v1/assets?limit=", 400, "limit"},
      {"/api/v1/assets?order=sideways", 400, "order"},
      {"/api/v1/assets?cursor=x", 400, "cursor"},
      {"/api/v1/albums?cursor=" + sealed, 400, "cursor"},
      {"/api/v1/assets?order=newest&cursor=" + sealed, 400, "cursor"},
      {"/api/v1/assets?kind=song", 400, "kind"},
      {"/api/v1/assets?q=1", 400, "q"},
      {"/api/v1/tracks?year_from=-1", 400, "year_from"},
      {"/api/v1/tracks?year_to=99999", 400, "year_to"},
      {"/api/v1/tracks/nothing", 404, nullptr},
      {"/api/v1/albums/al-'%20OR%201=1", 404, nullptr},
      {"/api/v1/artists/%F0%9F%8E%B5", 404, nullptr},
      {"/api/v1/nothing", 404, nullptr},
      {"/api/v1/tracks/%2e%2e", 400, nullptr},
      {"/api/v1/tracks?genre=%FF", 400, nullptr},
  };
  for (const auto& [target, status, pointer] : table) {
    CAPTURE(target);
    const auto answer = running.get(target);
    CHECK(answer.status == status);
    CHECK(answer.fields.at("content-type") == "application/problem+json");
    const auto problem = nlohmann::json::parse(answer.body);
    CHECK(problem["status"] == status);
    if (pointer != nullptr) CHECK(problem["pointer"] == pointer);
  }
  CHECK(running.send("POST", "/api/v1/assets", "{}").status == 405);
}
