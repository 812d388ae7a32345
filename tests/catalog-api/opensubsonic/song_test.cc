// SPDX-License-Identifier: Apache-2.0
// What a song says of itself: its picture, whose it is, how loud, and the path that clients keep it by.
#include <map>

#include "tests/catalog-api/opensubsonic/served.h"
#include "tests/validator/own_asset.h"

using namespace segue;
using nlohmann::json;
using tests::asset_id;
using tests::make_asset;
using Server = tests::SubsonicServer;

TEST_CASE("a cover is announced where there is one, and only there") {
  Server s(0);
  const auto song = [](int i, const char* title, const char* album, const char* cover) {
    media::Tags tags{{"title", {title}}, {"artist", {title}}};
    if (*album != '\0') tags["album"] = {album}, tags["album_artist"] = {album};
    auto asset = make_asset(i, tags);
    asset.cover = cover;
    return asset;
  };
  s.stop();
  for (const auto& asset : {song(1, "Bare", "Plain", ""), song(2, "Lone", "", ""), song(3, "Own", "", "cover.jpg"),
                            song(4, "With", "Shown", "cover.jpg"), song(5, "Without", "Shown", "")}) {
    s.publish(asset);
    if (!asset.cover.empty()) validator::tests::write_text(s.home.path() / "store" / asset.id / "g1" / "cover.jpg", "\xff\xd8\xff");
  }
  s.start();
  const auto cover_of = [&](int i) { return s.call("getSong", "id=" + asset_id(i))["song"].value("coverArt", ""); };
  CHECK((cover_of(1).empty() && cover_of(2).empty() && cover_of(3) == asset_id(3)));
  const std::string album = cover_of(4);
  CHECK((album.starts_with("al-") && cover_of(5) == album));
  for (const std::string& id : {album, asset_id(3), asset_id(4), asset_id(5)}) {  // clients ask for a song's by its id as well
    CAPTURE(id);
    CHECK(s.get("/rest/getCoverArt?id=" + id + "&" + s.login).fields.at("content-type") == "image/jpeg");
  }
  CHECK(s.code("getCoverArt", "id=" + asset_id(1), s.login) == 70);
  std::map<std::string, bool> has_cover;
  const json albums = s.call("getAlbumList2", "type=newest")["albumList2"]["album"], indexes = s.call("getArtists")["artists"]["index"];
  for (const auto& one : albums) has_cover[one["name"]] = one.contains("coverArt");
  for (const auto& index : indexes)
    for (const auto& one : index["artist"]) has_cover[one["name"]] = one.contains("coverArt");
  CHECK(has_cover == std::map<std::string, bool>{{"Plain", false}, {"Shown", true}});
  const auto list = [&](const std::string& songs) -> json { return s.call("createPlaylist", "name=L" + songs)["playlist"]; };
  CHECK_FALSE(list("").contains("coverArt"));
  CHECK_FALSE(list("&songId=" + asset_id(1)).contains("coverArt"));
  const auto mixed = list("&songId=" + asset_id(1) + "&songId=" + asset_id(5));
  REQUIRE(mixed.contains("coverArt"));
  CHECK(s.get("/rest/getCoverArt?id=" + mixed["coverArt"].get<std::string>() + "&" + s.login).fields.at("content-type") == "image/jpeg");
}

TEST_CASE("what clients group, level and keep files by") {
  Server s(0);
  auto first = make_asset(1, {{"title", {"../../etc/AC\\DC"}},
                              {"artist", {"Guest"}},
                              {"album", {"..Live"}},
                              {"album_artist", {"AC/DC"}},
                              {"track", {"5"}},
                              {"disc", {"2"}}});
  auto whole = make_asset(9, {{"album", {"..Live"}}, {"album_artist", {"AC/DC"}}});
  whole.kind = "album";
  whole.loudness = media::Loudness{};
  whole.loudness->integrated_lufs = -12;
  whole.loudness->sample_peak_dbfs = 0;
  first.album = whole.id;
  first.loudness = media::Loudness{};
  first.loudness->integrated_lufs = -20;
  first.loudness->sample_peak_dbfs = -20;
  s.stop();
  s.publish(first);
  s.publish(whole);
  s.publish(make_asset(2, {{"title", {"Alone"}}}));
  s.start();
  const auto song = s.call("getSong", "id=" + asset_id(1))["song"];
  CHECK(song["path"] == "AC_DC/_.Live/2-05 - _._.._etc_AC_DC.m4a");
  CHECK((song["artists"][0]["name"] == "Guest" && song["albumArtists"][0]["name"] == "AC/DC" && song["displayAlbumArtist"] == "AC/DC"));
  CHECK(song["replayGain"] == json::parse(R"({"trackGain":2.0,"trackPeak":0.1,"albumGain":-6.0,"albumPeak":1.0})"));
  const auto alone = s.call("getSong", "id=" + asset_id(2))["song"];
  CHECK((alone["path"] == "Alone.m4a" && alone["albumArtists"].empty() && !alone.contains("replayGain")));
}
