// SPDX-License-Identifier: Apache-2.0
// Lists that change under a client: albums and songs that come and go while it pages, playlists that somebody else edits, smart ones.
#include <array>

#include "tests/catalog-api/opensubsonic/served.h"

using namespace segue;
using nlohmann::json;
using tests::asset_id;
using tests::make_asset;

using Server = tests::SubsonicServer;

namespace {

constexpr int kAlbums = 20;

// An album of one song each, named by its number.
media::Asset album(int number) {
  const std::string name = "A" + std::to_string(100 + number);
  return make_asset(number, {{"title", {name}},
                             {"artist", {number % 3 ? "Björk" : "Áge"}},
                             {"album", {name}},
                             {"genre", {"Pop"}},
                             {"date", {std::to_string(1990 + number % 4)}}});
}

void rescan(const Server& s, int albums) {
  REQUIRE(s.code("startScan", "", s.login) == -1);
  Server::until([&] { return s.json("/api/v1/tracks?limit=100")["tracks"].size() == static_cast<std::size_t>(albums); });
}

// As a device asks that calls itself so.
json ask(const Server& s, const std::string& client, const std::string& method, const std::string& more) {
  const auto answer = s.get("/rest/" + method + "?v=1.16.1&f=json&c=" + client + "&" + s.login + "&" + more);
  return json::parse(answer.body, nullptr, false)["subsonic-response"];
}

std::vector<std::string> names(const json& found, const char* member) {
  std::vector<std::string> names;
  for (const json& one : found) names.push_back(one[member]);
  return names;
}

}  // namespace

TEST_CASE("lists of albums, and of a genre's songs, go on where their page ended while something is withdrawn") {
  Server s(0);
  for (int i = 1; i <= kAlbums; ++i) s.publish(album(i));
  rescan(s, kAlbums);
  struct Row {
    const char *method, *in, *of, *name, *count, *more;
  };
  for (const auto& [method, in, of, name, count, more] : {
           Row{"getAlbumList2", "albumList2", "album", "name", "size", "type=newest"},
           Row{"getAlbumList2", "albumList2", "album", "name", "size", "type=alphabeticalByName"},
           Row{"getAlbumList2", "albumList2", "album", "name", "size", "type=alphabeticalByArtist"},
           Row{"getAlbumList2", "albumList2", "album", "name", "size", "type=byYear&fromYear=1990&toYear=2000"},
           Row{"getAlbumList2", "albumList2", "album", "name", "size", "type=byYear&fromYear=2000&toYear=1990"},
           Row{"getAlbumList2", "albumList2", "album", "name", "size", "type=byGenre&genre=Pop"},
           Row{"getAlbumList", "albumList", "album", "album", "size", "type=newest"},
           Row{"getSongsByGenre", "songsByGenre", "song", "title", "count", "genre=Pop"},
       }) {
    CAPTURE(method, more);
    const auto page = [&](std::size_t offset, int many, const std::string& client = "one") {
      const std::string window = "&" + std::string(count) + "=" + std::to_string(many) + "&offset=" + std::to_string(offset);
      return names(ask(s, client, method, more + window)[in][of], name);
    };
    const std::vector<std::string> whole = page(0, 100, "two");
    REQUIRE(whole.size() == kAlbums);
    std::vector<std::string> seen = page(0, 6);
    CHECK(seen == std::vector<std::string>(whole.begin(), whole.begin() + 6));
    // Two that were seen are withdrawn: what follows them stands two places further to the front.
    const std::array gone{std::stoi(seen[0].substr(1)) - 100, std::stoi(seen[3].substr(1)) - 100};
    for (const int number : gone) std::filesystem::remove_all(s.home.path() / "store" / asset_id(number));
    rescan(s, kAlbums - 2);
    for (std::vector<std::string> next; !(next = page(seen.size(), 6)).empty();) seen.insert(seen.end(), next.begin(), next.end());
    CHECK(seen == whole);
    const std::vector<std::string> seen_now = page(0, 100, "four");
    page(0, 6);  // read anew: what was remembered of the walk before is of no use
    CHECK(page(12, 3) == std::vector<std::string>(seen_now.begin() + 12, seen_now.begin() + 15));
    CHECK(page(4, 3, "three") == std::vector<std::string>(whole.begin() + 6, whole.begin() + 9));  // nothing is known of this one
    for (const int number : gone) s.publish(album(number));
    rescan(s, kAlbums);
  }
}

TEST_CASE("places of a playlist are those of the list that the client was shown, whoever edited it meanwhile") {
  const Server s;
  std::string songs;
  for (int i = 1; i <= 6; ++i) songs += "&songId=" + asset_id(i);
  const std::string id = s.call("createPlaylist", "name=Mix" + songs)["playlist"]["id"];
  const auto shown_to = [&](const std::string& client) {
    const json list = ask(s, client, "getPlaylist", "id=" + id)["playlist"];
    std::string shown;
    for (const auto& song : list["entry"]) shown += song["title"].get<std::string>().substr(5);
    return shown;
  };
  const auto remove = [&](const std::string& client, int place) {
    CHECK(ask(s, client, "updatePlaylist", "playlistId=" + id + "&songIndexToRemove=" + std::to_string(place))["status"] == "ok");
  };
  CHECK(shown_to("phone") == "123456");
  CHECK(shown_to("desk") == "123456");
  remove("desk", 0);
  remove("phone", 2);  // of 123456
  CHECK(shown_to("other") == "2456");
  remove("desk", 0);  // of 23456, as it knows that it did
  CHECK(shown_to("desk") == "456");
  remove("desk", 2);
  CHECK(shown_to("phone") == "45");
  remove("phone", 1);
  remove("phone", 0);  // of what the one before left
  CHECK(shown_to("phone").empty());
}

TEST_CASE("a smart list is read as any other, and its songs are not a client's to change") {
  const Server s;
  auto accounts = accounts::Accounts::open(s.place);
  REQUIRE(accounts);
  const std::string key = accounts->add_credential("ada", accounts::CredentialKind::api_key, "test", "write")->value->secret;
  const auto made = s.send(
      "POST", "/api/v1/playlists",
      R"({"name":"Old","rules":{"match":"all","rules":[{"field":"year","op":"less","value":1994}],"sort":[{"by":"title","order":"desc"}]}})",
      "Authorization: Bearer " + key + "\r\n");
  REQUIRE(made.status == 201);
  const std::string id = json::parse(made.body)["id"];
  const auto list = s.call("getPlaylist", "id=" + id)["playlist"];
  CHECK(names(list["entry"], "title") == std::vector<std::string>{"Song 6", "Song 5", "Song 4", "Song 3", "Song 2", "Song 1"});
  CHECK((list["songCount"] == 6 && list["duration"] == 6 * 180 && list["readonly"] == true));
  const auto all = s.call("getPlaylists")["playlists"]["playlist"];
  CHECK((all.size() == 1 && all[0]["songCount"] == 6 && all[0]["readonly"] == true));
  for (const char* change : {"updatePlaylist?songIdToAdd=", "updatePlaylist?songIndexToRemove=0&x=", "createPlaylist?songId="}) {
    CAPTURE(change);
    const std::string method(change, std::string_view(change).find('?'));
    const auto refused = s.call(method, "playlistId=" + id + "&" + std::string(change).substr(method.size() + 1) + asset_id(9));
    CHECK((refused["status"] == "failed" && refused["error"]["code"] == 0));
    CHECK(refused["error"]["message"] == "items: a smart list's are told by its rules");
  }
  CHECK(s.code("updatePlaylist", "playlistId=" + id + "&name=Older", s.login) == -1);
  const auto after = s.call("getPlaylist", "id=" + id)["playlist"];
  CHECK((after["name"] == "Older" && after["entry"] == list["entry"]));
  CHECK_FALSE(s.call("createPlaylist", "name=Mix")["playlist"].contains("readonly"));
}
