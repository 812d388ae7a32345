// SPDX-License-Identifier: Apache-2.0
// Playlists as a client of OpenSubsonic makes and changes them: by places.
#include "tests/catalog-api/opensubsonic/served.h"

using namespace segue;
using nlohmann::json;
using tests::asset_id;

using Server = tests::SubsonicServer;

TEST_CASE("playlists by place, and whose they are") {
  const Server s;
  const auto made =
      s.call("createPlaylist", "name=Mix&songId=" + asset_id(1) + "&songId=" + asset_id(2) + "&songId=" + asset_id(1))["playlist"];
  const std::string id = made["id"];
  CHECK((made["songCount"] == 3 && made["entry"][2]["id"] == asset_id(1) && made["owner"] == "ada"));
  CHECK(s.code("updatePlaylist", "playlistId=" + id + "&songIndexToRemove=0&songIdToAdd=" + asset_id(3) + "&name=New&comment=c", s.login) ==
        -1);
  const auto now = s.call("getPlaylist", "id=" + id)["playlist"];
  CHECK((now["name"] == "New" && now["comment"] == "c" && now["entry"][0]["id"] == asset_id(2) && now["entry"][2]["id"] == asset_id(3)));
  for (const char* place : {"first", "", "-1", "1x", "99999999999999999999"}) {
    CAPTURE(place);
    CHECK(s.code("updatePlaylist", "playlistId=" + id + "&songIndexToRemove=" + place, s.login) == 0);
  }
  CHECK(s.call("getPlaylist", "id=" + id)["playlist"]["entry"].size() == 3);  // not the first one in place of what is no number
  CHECK(s.call("createPlaylist", "playlistId=" + id + "&songId=" + asset_id(9))["playlist"]["entry"].size() == 1);
  CHECK(s.call("getPlaylists")["playlists"]["playlist"].size() == 1);
  CHECK(s.code("createPlaylist", "name=x&songId=nothing", s.login) == 70);
  auto accounts = accounts::Accounts::open(s.place);
  REQUIRE(accounts->add("bob", "login password", "listener"));
  const std::string bob = "u=bob&p=" + accounts->add_credential("bob", accounts::CredentialKind::app_password, "", "write")->value->secret;
  CHECK(s.code("getPlaylist", "id=" + id, bob) == 70);
  CHECK(s.code("updatePlaylist", "playlistId=" + id + "&public=true", s.login) == -1);
  CHECK(s.code("getPlaylist", "id=" + id, bob) == -1);
  CHECK(s.code("updatePlaylist", "playlistId=" + id + "&name=Mine", bob) == 50);
  CHECK(s.code("deletePlaylist", "id=" + id, bob) == 50);
  CHECK(s.code("getUser", "username=ada", bob) == 50);
  CHECK(s.code("startScan", "", bob) == 50);
  CHECK(s.code("deletePlaylist", "id=" + id, s.login) == -1);
  CHECK(s.code("getPlaylist", "id=" + id, s.login) == 70);
}

TEST_CASE("several places of one list are removed at once, those that it has not are passed over") {
  const Server s;
  std::string songs;
  for (int i = 1; i <= 6; ++i) songs += "&songId=" + asset_id(i);
  const std::string id = s.call("createPlaylist", "name=Mix" + songs)["playlist"]["id"];
  const auto left_after = [&](const std::string& places) {
    CHECK(s.code("updatePlaylist", "playlistId=" + id + places, s.login) == -1);
    const auto list = s.call("getPlaylist", "id=" + id)["playlist"];
    std::string left;
    for (const auto& song : list["entry"]) left += song["title"].get<std::string>().substr(5);
    return left;
  };
  CHECK(left_after("&songIndexToRemove=0&songIndexToRemove=2&songIndexToRemove=3") == "256");
  CHECK(left_after("&songIndexToRemove=3&songIndexToRemove=1&songIndexToRemove=400") == "26");
  CHECK(left_after("&songIndexToRemove=1&songIndexToRemove=1&songIdToAdd=" + asset_id(9)) == "29");
}
