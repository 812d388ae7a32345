// SPDX-License-Identifier: Apache-2.0
// Who sees what, wherever it could show: two tracks by one artist, one in the open library, one in a closed one ("Kids"); asked by a guest,
// by a listener who was given nothing, by one who was given Kids, and by the administrator, of every read that the catalog has.
#include <algorithm>

#include "tests/catalog-api/api/running.h"

using namespace segue;
using nlohmann::json;
using tests::asset_id;
using tests::make_asset;
using tests::Running;

namespace {

media::Asset track(int number, const std::string& title, const std::string& album, media::Tags more = {}) {
  media::Tags tags{{"title", {title}}, {"artist", {"Nora"}}, {"album", {album}}, {"album_artist", {"Nora"}}, {"track", {"1"}}};
  tags.insert(more.begin(), more.end());
  return make_asset(number, std::move(tags));
}

// A catalog with both libraries, sorted.
struct Two : Running {
  Two() {
    publish(track(1, "Harbour", "Coast", {{"genre", {"Folk"}}, {"lyrics", {"sea"}}}));
    publish(track(2, "Lullaby", "Cradle", {{"genre", {"Children"}}, {"lyrics", {"sleep"}}, {"library", {"kids"}}}));
    publish(track(3, "Alone", "Alone", {{"artist", {"Nora"}}, {"genre", {"Children"}}}));
    start();
    admin = log_in("ada");
    listener = log_in("bob");
    parent = log_in("eve");
    REQUIRE(send("POST", "/api/v1/libraries", R"({"name":"Kids"})", admin).status == 201);
    REQUIRE(send("PUT", "/api/v1/libraries/1/users/eve", "", admin).status == 204);
    until([&] { return get("/api/v1/tracks/" + asset_id(2), listener).status == 404; });
    closed_album = json::parse(get("/api/v1/tracks/" + asset_id(2), admin).body)["track"]["album_id"];
    artist = json::parse(get("/api/v1/tracks/" + asset_id(2), admin).body)["track"]["people"][0]["id"];
    auto accounts = accounts::Accounts::open(place);
    REQUIRE(accounts);
    for (const char* user : {"ada", "bob", "eve"})
      app[user] = std::string("u=") + user +
                  "&c=test&f=json&p=" + accounts->add_credential(user, accounts::CredentialKind::app_password, "t", "write")->value->secret;
  }
  // The ids that stand in what is written here.
  [[nodiscard]] std::string fill(std::string target) const {
    for (const auto& [name, value] : std::map<std::string, std::string>{{"$open", asset_id(1)},
                                                                        {"$closed", asset_id(2)},
                                                                        {"$album", closed_album},
                                                                        {"$artist", artist},
                                                                        {"$list", list},
                                                                        {"$share", share}})
      for (std::size_t at = 0; (at = target.find(name)) != std::string::npos;) target.replace(at, name.size(), value);
    return target;
  }
  std::string admin, listener, parent, closed_album, artist, list, share;
  std::map<std::string, std::string> app;  // OpenSubsonic logins
};

// What a search was asked for stands in its answer: titles are looked for where they name something.
bool shows(const tests::Answer& answer, const Two& two) {
  const std::string names[] = {R"("title":"Lullaby")", R"("name":"Lullaby")", R"(:"Cradle")", asset_id(2), two.closed_album, "sleep"};
  return std::any_of(std::begin(names), std::end(names), [&](const std::string& word) {
    return answer.body.find(word) != std::string::npos && answer.body.find(R"("query")" + word) == std::string::npos;
  });
}

}  // namespace

TEST_CASE("what is in a closed library is told to nobody else, anywhere") {
  Two two;
  const auto made = two.send("POST", "/api/v1/playlists", R"({"name":"Both"})", two.admin);
  REQUIRE(made.status == 201);
  const std::string revision = json::parse(made.body)["revision"];
  two.list = json::parse(made.body)["id"];
  // Public first: what comes then stands in the history that others may look at.
  const std::string add = R"({"operations":[{"op":"set","public":true},{"op":"add","items":[{"track":")" + asset_id(1) +
                          R"("},{"track":")" + asset_id(2) + R"("}]}]})";
  REQUIRE(two.send("PATCH", "/api/v1/playlists/" + two.list, add, two.admin).status == 200);
  const char* const kLists[] = {
      "/api/v1/assets",
      "/api/v1/tracks",
      "/api/v1/tracks?artist=$artist",
      "/api/v1/albums",
      "/api/v1/albums?order=newest",
      "/api/v1/artists/$artist",
      "/api/v1/search?q=Lullaby",
      "/api/v1/search?q=Lulaby",
      "/api/v1/search?q=N",
      "/api/v1/search?q=Cradle&kind=album",
      "/v/playlist/$album/items.json",
  };
  for (const char* const list : kLists) {
    const std::string target = two.fill(list);
    CAPTURE(target);
    CHECK(!shows(two.get(target), two));
    CHECK(!shows(two.get(target, two.listener), two));
    if (target.find("/v/") == 0) continue;  // these assets have no media to show
    CHECK(shows(two.get(target, two.parent), two));
    CHECK(shows(two.get(target, two.admin), two));
  }
  const char* const kOnes[] = {
      "/api/v1/tracks/$closed", "/api/v1/albums/$album",          "/api/v1/covers/$closed",
      "/api/v1/covers/$album",  "/v/playlist/$album/master.m3u8", "/v/playlist/$album/manifest.mpd",
  };
  for (const char* const one : kOnes) {
    const std::string target = two.fill(one);
    CAPTURE(target);
    CHECK(two.get(target).status == 404);
    CHECK(two.get(target, two.listener).status == 404);
    if (target.find("/v/") == 0) continue;
    CHECK(two.get(target, two.parent).status < 400);
    CHECK(two.get(target, two.admin).status < 400);
  }
  const char* const kOfUsers[] = {"/api/v1/playlists/$list", "/api/v1/playlists/$list/history",
                                  "/api/v1/playlists/$list/export?format=jspf"};
  for (const char* const one : kOfUsers) {
    const std::string target = two.fill(one);
    CAPTURE(target);
    CHECK(!shows(two.get(target, two.listener), two));
    CHECK(shows(two.get(target, two.parent), two));
    CHECK(shows(two.get(target, two.admin), two));
  }
  // What the list was before it was public is its owner's; of what came then others hear as much as in the history.
  const auto shown = json::parse(two.get("/api/v1/playlists/" + two.list + "/history", two.listener).body)["revisions"];
  const auto diff_from = [&](const std::string& from, const std::string& who) {
    return two.get("/api/v1/playlists/" + two.list + "/diff?from=" + from, who);
  };
  const std::string first_shown = shown.back()["revision"];
  CHECK((diff_from(revision, two.listener).status == 404 && shows(diff_from(revision, two.admin), two)));
  CHECK((diff_from(first_shown, two.listener).status == 200 && !shows(diff_from(first_shown, two.listener), two)));
  CHECK(shows(diff_from(first_shown, two.parent), two));
}

TEST_CASE("counts, facets and genres are of what is seen") {
  const Two two;
  const auto of = [&](const std::string& target, const std::string& who) { return json::parse(two.get(two.fill(target), who).body); };
  const auto artist = [&](const std::string& who) { return of("/api/v1/artists/$artist", who)["artist"]; };
  CHECK((artist(two.listener)["songs"] == 2 && artist(two.listener)["albums"] == 2));
  CHECK((artist(two.parent)["songs"] == 3 && artist(two.parent)["albums"] == 3));
  const auto children = [&](const std::string& who) {
    const auto all = of("/api/v1/genres", who);
    for (const auto& genre : all["genres"])
      if (genre["name"] == "Children") return genre["songs"].get<int>();
    return 0;
  };
  CHECK((children(two.listener) == 1 && children(two.parent) == 2 && children("") == 1));
  const auto found = [&](const std::string& who) { return of("/api/v1/search?q=Nora&kind=track", who)["tracks"]; };
  CHECK((found(two.listener)["found"] == 2 && found(two.parent)["found"] == 3));
  CHECK(found(two.listener)["genres"].dump().find("\"count\":2") == std::string::npos);
}

TEST_CASE("?library= narrows, and opens nothing") {
  const Two two;
  const auto titles = [&](const std::string& library, const std::string& who) {
    std::string out;
    const auto all = json::parse(two.get("/api/v1/tracks?library=" + library, who).body);
    for (const auto& one : all["tracks"]) out += one["title"].get<std::string>() + ' ';
    return out;
  };
  CHECK(titles("0", two.parent) == "Alone Harbour ");
  CHECK(titles("1", two.parent) == "Lullaby ");
  CHECK(titles("1", two.listener).empty());
  CHECK(titles("7", two.parent).empty());
  CHECK(two.get("/api/v1/tracks?library=32", two.parent).status == 400);
  CHECK(two.get("/api/v1/tracks?library=x", two.parent).status == 400);
  CHECK(json::parse(two.get("/api/v1/search?q=nora&kind=track&library=1", two.parent).body)["tracks"]["found"] == 1);
}

TEST_CASE("a list with tracks of a closed library: its readers see, count and edit what is theirs") {
  Two two;
  const json tracks{asset_id(1), asset_id(2), asset_id(3)};
  const auto made = two.send("POST", "/api/v1/playlists", json{{"name", "Mix"}, {"tracks", tracks}}.dump(), two.parent);
  two.list = json::parse(made.body)["id"];
  REQUIRE(two.send("PUT", two.fill("/api/v1/playlists/$list/collaborators/bob"), R"({"role":"editor"})", two.parent).status == 200);
  const auto list = [&](const std::string& who) { return json::parse(two.get(two.fill("/api/v1/playlists/$list"), who).body); };
  CHECK((list(two.listener)["items"].size() == 2 && list(two.listener)["count"] == 2));
  CHECK(list(two.parent)["items"].size() == 3);
  const std::string last = list(two.listener)["items"][1]["uid"];
  const auto edited = two.send("PATCH", two.fill("/api/v1/playlists/$list"),
                               json{{"operations", {{{"op", "remove"}, {"uids", {last}}}}}}.dump(), two.listener);
  CHECK(json::parse(edited.body)["playlist"]["count"] == 1);
  CHECK(list(two.parent)["items"].size() == 2);  // what bob does not see stays
  CHECK(json::parse(two.get("/api/v1/playlists", two.listener).body)["playlists"][0]["count"] == 1);
  // An id that he knows from elsewhere shows nothing, as one that is not there.
  for (const std::string& id : {asset_id(2), asset_id(99)}) {
    const auto own = two.send("POST", "/api/v1/playlists", json{{"name", "Try"}, {"tracks", {id}}}.dump(), two.listener);
    CHECK(json::parse(own.body)["count"] == 0);
  }
  // Its addresses carry a token, for guests would be answered otherwise.
  const auto at = json::parse(two.get(two.fill("/api/v1/playlists/$list/presentation"), two.listener).body);
  CHECK(at["hls"].get<std::string>().find("?token=") != std::string::npos);
}

TEST_CASE("a track that moves into a closed library leaves the lists that were shown before") {
  Two two;
  const auto made = two.send("POST", "/api/v1/playlists", json{{"name", "Mix"}, {"tracks", {asset_id(1), asset_id(3)}}}.dump(), two.admin);
  two.list = json::parse(made.body)["id"];
  REQUIRE(two.send("PATCH", two.fill("/api/v1/playlists/$list"), R"({"operations":[{"op":"set","public":true}]})", two.admin).status ==
          200);
  const auto shown = [&] { return two.get(two.fill("/api/v1/playlists/$list"), two.listener).body; };
  const std::string printed = shown();
  CHECK(printed.find(asset_id(3)) != std::string::npos);
  CHECK(shown() == printed);  // kept
  REQUIRE(two.send("PATCH", "/api/v1/libraries/1", R"({"rules":[{"tag":"Genre","value":"children"}]})", two.admin).status == 204);
  Running::until([&] { return two.get("/api/v1/tracks/" + asset_id(3), two.listener).status == 404; });
  CHECK(shown().find(asset_id(3)) == std::string::npos);
  CHECK(shown().find(asset_id(1)) != std::string::npos);
}

TEST_CASE("a smart list is told through its owner's eyes, and shown through its reader's") {
  Two two;
  const json rules{{"match", "all"}, {"rules", {{{"field", "genre"}, {"op", "is"}, {"value", "Children"}}}}};
  for (const auto& [owner, owns, other, sees] : {std::tuple(two.parent, 2U, two.listener, 1U), {two.listener, 1U, two.parent, 1U}}) {
    const auto made = two.send("POST", "/api/v1/playlists", json{{"name", "For children"}, {"rules", rules}}.dump(), owner);
    two.list = json::parse(made.body)["id"];
    CHECK(json::parse(made.body)["items"].size() == owns);
    REQUIRE(two.send("PATCH", two.fill("/api/v1/playlists/$list"), R"({"operations":[{"op":"set","public":true}]})", owner).status == 200);
    CHECK(json::parse(two.get(two.fill("/api/v1/playlists/$list"), other).body)["items"].size() == sees);
  }
}

TEST_CASE("OpenSubsonic: folders, lists and marks end where the library does") {
  Two two;
  const auto call = [&](const std::string& user, const std::string& method, const std::string& more) {
    return two.get("/rest/" + method + "?v=1.16.1&" + two.app.at(user) + two.fill(more));
  };
  const auto answer = [&](const std::string& user, const std::string& method, const std::string& more = "") {
    return json::parse(call(user, method, more).body)["subsonic-response"];
  };
  const auto folders = [&](const std::string& user) {
    std::string out;
    const auto all = answer(user, "getMusicFolders");
    for (const auto& one : all["musicFolders"]["musicFolder"])
      out += std::to_string(one["id"].get<int>()) + one["name"].get<std::string>() + ' ';
    return out;
  };
  CHECK((folders("ada") == "1Music 2Kids " && folders("eve") == "1Music 2Kids " && folders("bob") == "1Music "));
  CHECK((answer("bob", "getUser")["user"]["folder"] == json{1} && answer("eve", "getUser")["user"]["folder"] == json{1, 2}));
  REQUIRE(answer("eve", "star", "&id=$closed&albumId=$album&artistId=$artist")["status"] == "ok");
  REQUIRE(answer("eve", "savePlayQueue", "&id=$open&id=$closed&current=$closed")["status"] == "ok");
  const std::pair<const char*, const char*> kLists[] = {
      {"getIndexes", ""},
      {"getArtist", "&id=$artist"},
      {"getMusicDirectory", "&id=$artist"},
      {"getAlbumList2", "&type=newest&size=50"},
      {"getAlbumList2", "&type=random&size=50"},
      {"getAlbumList", "&type=byGenre&genre=Children"},
      {"getRandomSongs", "&size=50"},
      {"getSongsByGenre", "&genre=Children"},
      {"getTopSongs", "&artist=Nora"},
      {"getSimilarSongs", "&id=$artist"},
      {"getLyrics", "&artist=Nora&title=Lullaby"},
      {"search2", "&query=Lullaby"},
      {"search3", "&query=Lullaby"},
      {"search3", "&query="},
      {"getStarred2", ""},
      {"getPlayQueue", ""},
  };
  for (const auto& [method, more] : kLists) {
    CAPTURE(method, more);
    CHECK(!shows(call("bob", method, more), two));
    if (std::string(method) == "getIndexes") continue;  // artists only
    CHECK(shows(call("eve", method, more), two));
    CHECK(!shows(call("eve", method, std::string(more) + "&musicFolderId=1"), two));
  }
  const std::pair<const char*, const char*> kOnes[] = {
      {"getSong", "&id=$closed"},
      {"getAlbum", "&id=$album"},
      {"getMusicDirectory", "&id=$album"},
      {"getMusicDirectory", "&id=2"},
      {"getAlbumInfo", "&id=$album"},
      {"getCoverArt", "&id=$album"},
      {"stream", "&id=$closed"},
      {"download", "&id=$closed"},
      {"hls.m3u8", "&id=$closed"},
      {"getLyricsBySongId", "&id=$closed"},
      {"star", "&id=$closed"},
      {"setRating", "&id=$closed&rating=3"},
      {"scrobble", "&id=$closed"},
      {"createShare", "&id=$closed"},
      {"createBookmark", "&id=$closed&position=1"},
      {"createPlaylist", "&name=x&songId=$closed"},
  };
  for (const auto& [method, more] : kOnes) {
    CAPTURE(method, more);
    CHECK(answer("bob", method, more)["error"]["code"] == 70);
  }
  CHECK(answer("bob", "getScanStatus")["scanStatus"]["count"] == 2);
  CHECK(answer("eve", "getScanStatus")["scanStatus"]["count"] == 3);
  CHECK(answer("eve", "getMusicDirectory", "&id=2")["directory"]["name"] == "Kids");
}

TEST_CASE("a right that is taken ends at once: lists, keys, shares, addresses") {
  Two two;
  const auto call = [&](const std::string& method, const std::string& more) {
    return json::parse(two.get("/rest/" + method + "?v=1.16.1&" + two.app.at("eve") + two.fill(more)).body)["subsonic-response"];
  };
  const std::string shared = call("createShare", "&id=$closed")["shares"]["share"][0]["id"];
  const auto is_shared = [&] { return two.get("/api/v1/shares/" + shared).body.find(asset_id(2)) != std::string::npos; };
  const auto list = two.send("POST", "/api/v1/playlists", json{{"name", "Night"}, {"tracks", {asset_id(2)}}}.dump(), two.parent);
  two.list = json::parse(list.body)["id"];
  const std::string items =
      json::parse(two.get(two.fill("/api/v1/playlists/$list/presentation"), two.parent).body)["items"].get<std::string>();
  CHECK(is_shared());
  CHECK(two.get("/api/v1/tracks/" + asset_id(2), two.parent).status == 200);
  REQUIRE(two.send("DELETE", "/api/v1/libraries/1/users/eve", "", two.admin).status == 204);
  CHECK(!is_shared());
  CHECK(two.get("/api/v1/tracks/" + asset_id(2), two.parent).status == 404);  // though that answer was kept
  CHECK(call("getSong", "&id=$closed")["error"]["code"] == 70);
  CHECK(json::parse(two.get(two.fill("/api/v1/playlists/$list"), two.parent).body)["items"].empty());
  CHECK(two.get(items).status == 404);  // nothing is left to play
}

TEST_CASE("libraries come, change and go") {
  Two two;
  const auto libraries = [&](const std::string& who) { return json::parse(two.get("/api/v1/libraries", who).body)["libraries"]; };
  CHECK(libraries(two.listener) == json::parse(R"([{"id":0,"name":"Music"}])"));
  CHECK(libraries(two.admin)[1] == json::parse(R"({"id":1,"name":"Kids","open":false,"rules":[],"users":["eve"]})"));
  const std::tuple<const char*, const char*, const char*, int> kTable[] = {
      {"POST", "/api/v1/libraries", R"({"name":"KIDS"})", 409},
      {"POST", "/api/v1/libraries", R"({"name":""})", 422},
      {"POST", "/api/v1/libraries", R"({"name":"x","rules":[{"tag":"genre"}]})", 422},
      {"POST", "/api/v1/libraries", R"({"name":"x","rules":{"tag":"genre"}})", 422},
      {"PATCH", "/api/v1/libraries/0", R"({"rules":[{"tag":"genre","value":"x"}]})", 422},
      {"PATCH", "/api/v1/libraries/9", R"({"name":"x"})", 404},
      {"PATCH", "/api/v1/libraries/x", R"({"name":"x"})", 404},
      {"PUT", "/api/v1/libraries/1/users/nobody", "", 404},
      {"PUT", "/api/v1/libraries/9/users/bob", "", 404},
      {"DELETE", "/api/v1/libraries/0", "", 422},
      {"DELETE", "/api/v1/libraries/9", "", 404},
  };
  for (const auto& [method, target, body, status] : kTable) {
    CAPTURE(method, target, body);
    CHECK(two.send(method, target, body, two.admin).status == status);
    CHECK(two.send(method, target, body, two.listener).status == 403);
    CHECK(two.send(method, target, body).status == 401);
  }
  // By another tag: what is of that genre moves over, album and all, and keeps its ids.
  REQUIRE(two.send("POST", "/api/v1/libraries", R"({"name":"Folk","rules":[{"tag":"genre","value":"folk"}]})", two.admin).status == 201);
  const std::string album = json::parse(two.get("/api/v1/tracks/" + asset_id(1), two.admin).body)["track"]["album_id"];
  Running::until([&] { return two.get("/api/v1/tracks/" + asset_id(1), two.parent).status == 404; });
  CHECK(two.get("/api/v1/albums/" + album, two.admin).status == 200);
  CHECK(two.get("/api/v1/albums/" + album, two.parent).status == 404);
  CHECK(two.get("/api/v1/search?q=harbour", two.parent).body.find(asset_id(1)) == std::string::npos);
  REQUIRE(two.send("PATCH", "/api/v1/libraries/2", R"({"open":true})", two.admin).status == 204);
  CHECK(two.get("/api/v1/tracks/" + asset_id(1)).status == 200);  // a guest
  REQUIRE(two.send("DELETE", "/api/v1/libraries/1", "", two.admin).status == 204);
  Running::until([&] { return two.get("/api/v1/tracks/" + asset_id(2), two.listener).status == 200; });
  // The first library closed: guests and listeners are left with Folk.
  REQUIRE(two.send("PATCH", "/api/v1/libraries/0", R"({"open":false,"name":"Private"})", two.admin).status == 204);
  CHECK(json::parse(two.get("/api/v1/tracks").body)["tracks"].size() == 1);
  CHECK(json::parse(two.get("/api/v1/artists").body)["artists"][0]["songs"] == 1);
}
