// SPDX-License-Identifier: Apache-2.0
// The protocol as a client speaks it, over a real socket: logins, browsing, lists, playlists, marks, and sound that decodes to the source.
#include "catalog-api/accounts/secrets.h"
#include "service/http/url.h"
#include "tests/catalog-api/api/running.h"
#include "tests/validator/own_asset.h"

using namespace segue;
using nlohmann::json;
using tests::asset_id;
using tests::make_asset;
using tests::Running;

namespace {

struct Server : Running {
  explicit Server(int songs = 12) {
    for (int i = 1; i <= songs; ++i) publish(song(i));
    start();
    auto accounts = accounts::Accounts::open(home / "catalog");
    REQUIRE(accounts);
    REQUIRE(accounts->add("ada", "login password", "admin"));
    secret = accounts->add_credential("ada", accounts::CredentialKind::app_password, "test", "write")->value->secret;
    login = "u=ada&p=" + secret;
  }
  static media::Asset song(int i) {
    return make_asset(i, {{"title", {"Song " + std::to_string(i)}},
                          {"artist", {i % 2 ? "Björk" : "Áge"}},
                          {"album", {i <= 6 ? "First" : "Second"}},
                          {"album_artist", {"Björk"}},
                          {"track", {std::to_string(i)}},
                          {"genre", {i % 3 ? "Pop" : "Folk & <Roots>"}},
                          {"date", {i <= 6 ? "1993" : "1995"}},
                          {"lyrics", {"[00:01.00]one\n[00:02.00]two"}}});
  }
  [[nodiscard]] nlohmann::json call(const std::string& method, const std::string& more = "", const std::string& who = "") const {
    const auto answer =
        get("/rest/" + method + ".view?v=1.16.1&c=test&f=json&" + (who.empty() ? login : who) + (more.empty() ? "" : "&" + more));
    CHECK(answer.status == 200);
    return nlohmann::json::parse(answer.body, nullptr, false)["subsonic-response"];
  }
  [[nodiscard]] int code(const std::string& method, const std::string& more = "", const std::string& who = "none=1") const {
    const auto response = call(method, more, who);
    return response["status"] == "failed" ? response["error"]["code"].get<int>() : -1;
  }
  std::string secret, login;
};

}  // namespace

TEST_CASE("every way to log in, and every way to be refused") {
  const Server s;
  const auto token = [&](const std::string& password) { return "u=ada&s=salt1&t=" + accounts::md5_hex(password + "salt1"); };
  std::string hex;
  for (const char c : s.secret) hex += "0123456789abcdef"[c >> 4], hex += "0123456789abcdef"[c & 15];
  const std::pair<std::string, int> table[] = {
      {"u=ada&p=" + s.secret, -1},
      {"u=ada&p=enc:" + hex, -1},
      {token(s.secret), -1},
      {"apiKey=" + s.secret, -1},
      {"u=ada&p=login+password", 40},  // never the login password
      {"u=ada&p=", 40},
      {"u=ada&p=enc:zz", 40},
      {token("login password"), 40},
      {"u=eve&p=" + s.secret, 40},
      {"u=ada", 10},
      {"p=x", 10},
      {"u=ada&t=abc", 10},
      {"apiKey=wrong", 44},
      {"u=ada&apiKey=" + s.secret, 43},
      {"u=ada&s=a&t=b&p=c", 43},
  };
  for (const auto& [who, code] : table) {
    CAPTURE(who);
    CHECK(s.code("ping", "", who) == code);
  }
  CHECK(s.code("getOpenSubsonicExtensions") == -1);
  CHECK(s.call("tokenInfo", "", "apiKey=" + s.secret)["tokenInfo"]["username"] == "ada");
  const auto form = s.send("POST", "/rest/ping", "f=json&" + s.login, "Content-Type: application/x-www-form-urlencoded\r\n");
  CHECK(json::parse(form.body)["subsonic-response"]["status"] == "ok");
}

TEST_CASE("XML by default, JSONP with a plain name only") {
  const Server s(1);
  const auto xml = s.get("/rest/ping?" + s.login);
  CHECK(xml.fields.at("content-type") == "text/xml; charset=utf-8");
  CHECK(xml.body.find("<subsonic-response xmlns=\"http://subsonic.org/restapi\" status=\"ok\" version=\"1.16.1\" type=\"segue\"") !=
        std::string::npos);
  const auto genres = s.get("/rest/getSong?id=" + asset_id(1) + "&" + s.login);
  CHECK(genres.body.find("<song id=\"" + asset_id(1) + "\" isDir=\"false\" title=\"Song 1\"") != std::string::npos);
  CHECK(s.get("/rest/ping?f=jsonp&callback=a.b&" + s.login).body.starts_with("a.b({"));
  CHECK(s.get("/rest/ping?f=jsonp&callback=alert(1)&" + s.login).body.starts_with("{"));
  CHECK(s.get("/rest/nothing?" + s.login).body.find("code=\"70\"") != std::string::npos);
}

TEST_CASE("browsing from artists to songs, the new way and the old") {
  const Server s;
  const auto index = s.call("getArtists")["artists"]["index"];
  REQUIRE(index.size() == 1);
  CHECK((index[0]["name"] == "B" && index[0]["artist"][0]["name"] == "Björk" && index[0]["artist"][0]["albumCount"] == 2));
  const std::string artist = index[0]["artist"][0]["id"];
  const auto albums = s.call("getArtist", "id=" + artist)["artist"]["album"];
  REQUIRE(albums.size() == 2);
  const std::string album = albums[0]["id"];
  const auto shown = s.call("getAlbum", "id=" + album)["album"];
  CHECK((shown["name"] == "First" && shown["songCount"] == 6 && shown["song"][5]["track"] == 6 && shown["duration"] == 1080));
  const auto& song = shown["song"][0];
  CHECK((song["suffix"] == "m4a" && song["contentType"] == "audio/mp4" && song["albumId"] == album && song["artist"] == "Björk"));
  CHECK(s.call("getMusicDirectory", "id=1")["directory"]["child"][0]["id"] == artist);
  CHECK(s.call("getMusicDirectory", "id=" + artist)["directory"]["child"][0]["title"] == "First");
  CHECK(s.call("getMusicDirectory", "id=" + album)["directory"]["child"].size() == 6);
  CHECK(s.call("getIndexes")["indexes"]["index"].size() == 1);
  CHECK(s.call("getGenres")["genres"]["genre"][0] == json::parse(R"({"songCount":4,"albumCount":2,"value":"Folk & <Roots>"})"));
  CHECK(s.call("getTopSongs", "artist=Bj%C3%B6rk&count=3")["topSongs"]["song"].size() == 3);
  CHECK_FALSE(s.call("getSimilarSongs2", "id=" + artist)["similarSongs2"]["song"].empty());
  CHECK_FALSE(s.call("getSimilarSongs", "id=" + asset_id(1) + "&count=3")["similarSongs"]["song"].empty());
  CHECK(s.call("getScanStatus")["scanStatus"]["count"] == 12);
  CHECK(s.call("getLyricsBySongId", "id=" + asset_id(1))["lyricsList"]["structuredLyrics"][0]["line"][1] ==
        json::parse(R"({"start":2000,"value":"two"})"));
  for (const char* method : {"getArtist", "getAlbum", "getSong", "getMusicDirectory", "getArtistInfo2", "getAlbumInfo2",
                             "getLyricsBySongId", "stream", "download", "hls.m3u8", "getCoverArt", "getPlaylist", "scrobble", "star"}) {
    CAPTURE(method);
    CHECK(s.code(method, "", s.login) == 10);
    CHECK(s.code(method, "id=nothing'--", s.login) == 70);
    CHECK(s.code(method, "id=nothing", "u=ada&p=wrong") == 40);
  }
}

TEST_CASE("lists, and the whole library in pages") {
  const Server s;
  for (const char* type :
       {"random", "newest", "alphabeticalByName", "alphabeticalByArtist", "byYear&fromYear=1990&toYear=2000", "byGenre&genre=Pop"}) {
    CAPTURE(type);
    CHECK(s.call("getAlbumList2", std::string("type=") + type)["albumList2"]["album"].size() == 2);
    CHECK(s.call("getAlbumList", std::string("type=") + type)["albumList"]["album"][0]["isDir"] == true);
  }
  CHECK(s.call("getAlbumList2", "type=newest&size=1&offset=1")["albumList2"]["album"].size() == 1);
  CHECK(s.call("getAlbumList2", "type=byYear&fromYear=1995&toYear=1993")["albumList2"]["album"][0]["year"] == 1995);
  CHECK(s.code("getAlbumList2", "type=sideways", s.login) == 0);
  CHECK(s.code("getAlbumList2", "", s.login) == 10);
  CHECK(s.call("getRandomSongs", "size=5")["randomSongs"]["song"].size() == 5);
  CHECK(s.call("getSongsByGenre", "genre=Pop&count=3&offset=6")["songsByGenre"]["song"].size() == 2);
  std::vector<std::string> seen;
  for (int offset = 0;; offset += 5) {
    const auto page =
        s.call("search3", "query=%22%22&artistCount=0&albumCount=0&songCount=5&songOffset=" + std::to_string(offset))["searchResult3"];
    for (const auto& song : page["song"]) seen.push_back(song["id"]);
    s.publish(Server::song(20 + offset));  // what comes meanwhile moves nothing
    if (page["song"].size() < 5) break;
  }
  std::sort(seen.begin(), seen.end());
  CHECK(std::unique(seen.begin(), seen.end()) == seen.end());
  CHECK(seen.size() >= 12);
  const auto found = s.call("search3", "query=song+7*")["searchResult3"];
  CHECK(found["song"][0]["title"] == "Song 7");
  CHECK(s.call("search2", "query=bjork")["searchResult2"]["artist"][0]["name"] == "Björk");
}

TEST_CASE("stars, ratings, scrobbles, the queue and bookmarks") {
  const Server s;
  const std::string album = s.call("getAlbumList2", "type=newest")["albumList2"]["album"][0]["id"];
  CHECK(s.code("star", "id=" + asset_id(1) + "&albumId=" + album, s.login) == -1);
  CHECK(s.call("getSong", "id=" + asset_id(1))["song"].contains("starred"));
  const auto starred = s.call("getStarred2")["starred2"];
  CHECK((starred["song"].size() == 1 && starred["album"][0]["id"] == album && starred["artist"].empty()));
  CHECK(s.call("getAlbumList2", "type=starred")["albumList2"]["album"].size() == 1);
  CHECK(s.code("unstar", "id=" + asset_id(1), s.login) == -1);
  CHECK(s.call("getStarred")["starred"]["song"].empty());
  CHECK(s.code("setRating", "id=" + asset_id(1) + "&rating=6", s.login) == 0);
  CHECK(s.code("setRating", "id=" + asset_id(1) + "&rating=5", s.login) == -1);
  CHECK(s.call("getSong", "id=" + asset_id(1))["song"]["userRating"] == 5);
  const std::string play = "id=" + asset_id(2) + "&time=1700000000000";
  CHECK(s.code("scrobble", play, s.login) == -1);
  CHECK(s.code("scrobble", play, s.login) == -1);  // told twice, counted once
  CHECK(s.call("getSong", "id=" + asset_id(2))["song"]["playCount"] == 1);
  CHECK(s.call("getAlbumList2", "type=frequent")["albumList2"]["album"].size() == 1);
  CHECK(s.code("scrobble", "submission=false&id=" + asset_id(3), s.login) == -1);
  CHECK(s.call("getNowPlaying")["nowPlaying"]["entry"][0]["id"] == asset_id(3));
  CHECK(s.code("savePlayQueue", "id=" + asset_id(1) + "&id=" + asset_id(2) + "&current=" + asset_id(2) + "&position=1234", s.login) == -1);
  const auto queue = s.call("getPlayQueue")["playQueue"];
  CHECK((queue["current"] == asset_id(2) && queue["position"] == 1234 && queue["entry"].size() == 2));
  CHECK(s.call("getPlayQueueByIndex")["playQueueByIndex"]["currentIndex"] == 1);
  CHECK(s.code("savePlayQueueByIndex", "id=" + asset_id(1) + "&currentIndex=1", s.login) == 10);
  CHECK(s.code("createBookmark", "id=" + asset_id(1) + "&position=5000", s.login) == -1);
  CHECK(s.call("getBookmarks")["bookmarks"]["bookmark"][0]["entry"]["id"] == asset_id(1));
  CHECK(s.code("deleteBookmark", "id=" + asset_id(1), s.login) == -1);
  CHECK(s.call("getBookmarks")["bookmarks"]["bookmark"].empty());
}

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
  CHECK(s.call("createPlaylist", "playlistId=" + id + "&songId=" + asset_id(9))["playlist"]["entry"].size() == 1);
  CHECK(s.call("getPlaylists")["playlists"]["playlist"].size() == 1);
  CHECK(s.code("createPlaylist", "name=x&songId=nothing", s.login) == 70);
  auto accounts = accounts::Accounts::open(s.home / "catalog");
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

TEST_CASE("sound as one file: seekable, and the same samples as the source") {
  Server s(0);
  const validator::tests::TemporaryFolder work;
  validator::tests::run("ffmpeg -v error -y -f lavfi -i 'anoisesrc=d=7.3:r=44100:a=0.3:seed=1' -ac 2 -c:a flac '" + (work / "s.flac") +
                        "'");
  auto asset = make_asset(1, {{"title", {"Tone / é"}}, {"artist", {"A"}}});
  const std::string folder = s.home / ("store/" + asset.id + "/g1").c_str();
  std::filesystem::create_directories(folder);
  const auto presentation = validator::tests::make_asset(work / "s.flac", "music", folder);
  asset.renditions.clear();
  for (const auto& track : presentation.tracks) asset.renditions.push_back(track.rendition);
  validator::tests::write_text(folder + "/cover.jpg", "\xff\xd8\xff picture");
  s.stop();
  s.publish(asset);
  s.start();

  const auto fetch = [&](const std::string& method, const std::string& more, const std::string& fields = "") {
    return s.get("/rest/" + method + "?id=" + asset.id + "&" + s.login + more, fields);
  };
  const auto pcm = [&](const std::string& name) {
    validator::tests::run("ffmpeg -v error -y -i '" + (work / name) + "' -f s16le '" + (work / (name + ".pcm")) + "'");
    return validator::tests::read_text(work / (name + ".pcm"));
  };
  const auto flac = fetch("stream", "");
  CHECK((flac.status == 200 && flac.fields.at("content-type") == "audio/flac" && flac.fields.at("accept-ranges") == "bytes"));
  CHECK(flac.body.starts_with("fLaC"));
  validator::tests::write_text(work / "got.flac", flac.body);
  CHECK(pcm("got.flac") == pcm("s.flac"));
  CHECK(s.call("getSong", "id=" + asset.id)["song"]["suffix"] == "flac");

  const auto range = fetch("stream", "", "Range: bytes=40-100000\r\n");
  CHECK((range.status == 206 && range.fields.at("content-range").starts_with("bytes 40-")));
  CHECK(range.body == flac.body.substr(40, 100000 - 40 + 1));
  CHECK(fetch("stream", "", "Range: bytes=-7\r\n").body == flac.body.substr(flac.body.size() - 7));
  CHECK(fetch("stream", "", "Range: bytes=99999999-\r\n").status == 416);
  CHECK(fetch("stream", "", "If-None-Match: " + flac.fields.at("etag") + "\r\n").status == 304);
  CHECK(fetch("stream", "", "Range: bytes=0-3\r\nIf-Range: \"other\"\r\n").status == 200);

  const auto aac = fetch("stream", "&maxBitRate=128");
  CHECK(aac.fields.at("content-type") == "audio/mp4");
  CHECK(aac.body.size() < flac.body.size());
  validator::tests::write_text(work / "got.m4a", aac.body);
  CHECK(pcm("got.m4a").size() > 7 * 44100 * 4);
  const auto download = fetch("download", "");
  CHECK(download.body == flac.body);
  CHECK(download.fields.at("content-disposition") == "attachment; filename*=UTF-8''Tone%20%2F%20%C3%A9.flac");
  CHECK(fetch("hls.m3u8", "&bitRate=96&bitRate=128").fields.at("location") == "/v/" + asset.id + "/master.m3u8?max_bandwidth=160000");
  const auto cover = fetch("getCoverArt", "&size=300");
  CHECK((cover.fields.at("content-type") == "image/jpeg" && cover.body == "\xff\xd8\xff picture"));
}
