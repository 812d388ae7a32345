// SPDX-License-Identifier: Apache-2.0
// Playlist files over HTTP: what matches by what, what does not, and that what we print comes back as the same list.
#include "tests/catalog-api/api/running.h"

using namespace segue;
using nlohmann::json;
using tests::asset_id;
using tests::make_asset;
using tests::Running;

namespace {

constexpr const char* kMbid = "8f3471b5-7e6a-48da-86a9-c1c07a0f47ae";

media::Asset song(int number, const char* title, const char* artist, const char* album, int seconds, const char* file) {
  auto asset = make_asset(number, {{"title", {title}}, {"artist", {artist}}, {"album", {album}}});
  asset.duration = {seconds, 1};
  asset.source.file_name = file;
  return asset;
}

void publish_library(const Running& running) {
  auto tagged = song(1, "Jóga", "Björk", "Homogenic", 305, "02 Jóga.flac");
  tagged.tags["musicbrainz_track_id"] = {kMbid};
  tagged.tags["isrc"] = {"GB-BFX-97-00002"};
  running.publish(tagged);
  running.publish(song(2, "Intro", "The xx", "xx", 128, "01.flac"));
  running.publish(song(3, "Intro", "alt-J", "An Awesome Wave", 157, "01.flac"));
  running.publish(song(4, "Intro", "The xx", "Live", 190, "live intro.flac"));
  running.publish(song(5, "Hells Bells (2003 Remaster)", "AC/DC", "Back in Black", 312, "hb.flac"));
  running.publish(song(6, "Umbrella", "Rihanna feat. Jay-Z", "Good Girl", 275, "umbrella.flac"));
}

std::vector<std::string> said(const json& report) {
  std::vector<std::string> lines;
  for (const auto& entry : report["entries"])
    lines.push_back(entry.contains("track") ? entry["by"].get<std::string>() + " " + entry["track"].get<std::string>().substr(25) : "-");
  return lines;
}

}  // namespace

TEST_CASE("each entry is matched by the surest thing that it says") {
  Running running;
  publish_library(running);
  running.start();
  const std::string ada = running.log_in("ada");
  const std::string letters = "abcdefghij";
  const auto is = [&](const char* by, int number) { return std::string(by) + " " + letters[static_cast<std::size_t>(number)]; };
  const std::string text =
      "#EXTM3U\n#PLAYLIST:Mixed\n"
      "http://old.example/v/" +
      asset_id(3) +
      "/master.m3u8\n"
      "/somewhere/BJORK/02 joga.FLAC\n"
      "#EXTINF:128,The xx - Intro\n/a.mp3\n"
      "#EXTINF:190,the XX - intro\n/b.mp3\n"
      "/music/alt-J/An Awesome Wave/01.flac\n"
      "/music/unknown/unknown/01.flac\n"
      "#EXTINF:313,AC/DC - Hells Bells\n/c.mp3\n"
      "#EXTINF:40,AC/DC - Hells Bells\n/d.mp3\n"
      "#EXTINF:-1,Rihanna - Umbrella\n/e.mp3\n"
      "/f/Björk/Homogenic/07 - Jóga.mp3\n"
      "#EXTINF:-1,Nobody - Nothing\n/g.mp3\n";
  const auto answer = running.send("POST", "/api/v1/playlists/import", text, ada);
  REQUIRE(answer.status == 201);
  const auto report = json::parse(answer.body);
  CHECK(said(report) == std::vector<std::string>{is("asset", 3), is("path", 1), is("names", 2), is("names", 4), is("path", 3), "-",
                                                 is("near", 5), "-", is("names", 6), is("names", 1), "-"});
  CHECK((report["matched"] == 8 && report["unmatched"] == 3 && report["playlist"]["name"] == "Mixed" && report["playlist"]["count"] == 8));
  CHECK(report["entries"][10] == json::parse(R"({"position":11,"location":"/g.mp3","title":"Nothing","artist":"Nobody"})"));
  CHECK(json::parse(running.get(answer.fields.at("location"), ada).body)["items"][1]["track"] == asset_id(1));

  const auto xspf = running.send("POST", "/api/v1/playlists/import?name=Other",
                                 "<playlist><trackList><track><identifier>isrc:GBBFX9700002</identifier></track><track><identifier>https://"
                                 "musicbrainz.org/recording/" +
                                     std::string(kMbid) + "</identifier></track></trackList></playlist>",
                                 ada);
  REQUIRE(xspf.status == 201);
  CHECK(said(json::parse(xspf.body)) == std::vector<std::string>{is("isrc", 1), is("musicbrainz", 1)});
  CHECK(json::parse(xspf.body)["playlist"]["name"] == "Other");
}

TEST_CASE("an exported list comes back the same, in every format") {
  Running running;
  publish_library(running);
  running.start();
  const std::string ada = running.log_in("ada"), bob = running.log_in("bob");
  const auto made = running.send(
      "POST", "/api/v1/playlists",
      R"({"name":"A \"b\" ö","tracks":[")" + asset_id(5) + "\",\"gone\",\"" + asset_id(1) + "\",\"" + asset_id(5) + "\"]}", ada);
  const std::string at = made.fields.at("location");
  for (const char* format : {"m3u8", "xspf", "jspf"}) {
    CAPTURE(format);
    const auto file = running.get(at + "/export?base=https://music.example&format=" + format, ada);
    REQUIRE(file.status == 200);
    CHECK(file.fields.at("content-disposition") == "attachment; filename=\"A _b_ __." + std::string(format) + "\"");
    CHECK(file.body.find("https://music.example/v/" + asset_id(5) + "/master.m3u8") != std::string::npos);
    CHECK((file.body.find("urn:isrc:GBBFX9700002") != std::string::npos) == (std::string(format) != "m3u8"));
    const auto again = running.send("POST", "/api/v1/playlists/import", file.body, ada);
    REQUIRE(again.status == 201);
    CHECK(said(json::parse(again.body)) == std::vector<std::string>{"asset f", "asset b", "asset f"});
    CHECK(json::parse(again.body)["playlist"]["name"] == "A \"b\" ö");
  }
  CHECK(running.get(at + "/export", bob).status == 404);
  for (const char* wrong : {"?format=pls", "?base=javascript:x", "?base=http://a/b", "?base=http://a%0d%0ab", "?x=1"})
    CHECK(running.get(at + "/export" + wrong, ada).status == 400);
  const std::size_t before = json::parse(running.get("/api/v1/playlists", ada).body)["playlists"].size();
  for (const char* wrong : {"", "#EXTM3U\n", "<playlist/>", "<a", "{", R"({"playlist":{"track":[]}})", "#EXT-X-MAP:URI=\"x\""})
    CHECK(running.send("POST", "/api/v1/playlists/import", wrong, ada).status == 422);
  CHECK(running.send("POST", "/api/v1/playlists/import?format=pls", "x", ada).status == 400);
  CHECK(running.send("POST", "/api/v1/playlists/import", std::string((4u << 20) + 1, 'x'), ada).status == 413);
  CHECK(json::parse(running.get("/api/v1/playlists", ada).body)["playlists"].size() == before);
}
