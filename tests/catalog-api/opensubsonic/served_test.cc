// SPDX-License-Identifier: Apache-2.0
// The protocol as a client speaks it, over a real socket: logins, browsing, lists, playlists, marks, and sound that decodes to the source.
#include "tests/catalog-api/opensubsonic/served.h"
#include <algorithm>
#include <set>

#include "catalog-api/accounts/secrets.h"
#include "catalog-api/sharing/sharing.h"
#include "service/http/url.h"
#include "tests/validator/own_asset.h"

using namespace segue;
using nlohmann::json;
using tests::asset_id;
using tests::make_asset;

using Server = tests::SubsonicServer;

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

TEST_CASE("a song of no album lies beside the artists, for clients that only walk folders") {
  Server s(1);
  CHECK_FALSE(s.call("getIndexes")["indexes"].contains("child"));
  s.stop();
  s.publish(make_asset(31, {{"artist", {"Alone"}}}));
  s.start();
  const auto child = s.call("getIndexes")["indexes"]["child"];
  REQUIRE(child.size() == 1);
  CHECK((child[0]["id"] == asset_id(31) && child[0]["title"] == "file31" && child[0]["isDir"] == false));
  const auto folder = s.call("getMusicDirectory", "id=1")["directory"]["child"];
  REQUIRE(folder.size() == 2);
  CHECK((folder[0]["isDir"] == true && folder[1]["id"] == asset_id(31)));
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
  const json alike = s.call("getSimilarSongs2", "id=" + artist + "&count=500")["similarSongs2"]["song"];
  CHECK(std::any_of(alike.begin(), alike.end(), [](const json& one) { return one["artist"] == "Áge"; }));  // an artist's radio has others
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

TEST_CASE("lists, and what is searched for") {
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
  const auto found = s.call("search3", "query=song+7*")["searchResult3"];
  CHECK(found["song"][0]["title"] == "Song 7");
  CHECK(s.call("search2", "query=bjork")["searchResult2"]["artist"][0]["name"] == "Björk");
}

TEST_CASE("the whole library in pages, while songs come and go: what is there all the time comes once") {
  const Server s(40);
  const auto page = [&](int offset, int count, const std::string& client = "one") {
    const auto answer = s.get("/rest/search3?v=1.16.1&f=json&query=&artistCount=0&albumCount=0&songCount=" + std::to_string(count) +
                              "&songOffset=" + std::to_string(offset) + "&c=" + client + '&' + s.login);
    std::vector<std::string> ids;
    const auto found = json::parse(answer.body)["subsonic-response"]["searchResult3"];
    for (const auto& song : found["song"]) ids.push_back(song["id"]);
    return ids;
  };
  std::set<std::string> expected;
  for (int i = 1; i <= 43; ++i) expected.insert(asset_id(i));
  std::vector<std::string> seen = page(0, 10);
  REQUIRE(seen.size() == 10);
  // Songs that were seen, and one that was not and is not expected any more; the store is looked at before the next page.
  std::size_t songs = 40;
  const auto withdraw = [&](std::initializer_list<std::size_t> places) {
    std::vector<std::string> gone;
    for (const std::size_t place : places) gone.push_back(seen[place]);
    gone.push_back(*std::find_if(expected.begin(), expected.end(), [&](const std::string& id) {
      return id < asset_id(41) && std::find(seen.begin(), seen.end(), id) == seen.end();
    }));
    expected.erase(gone.back());
    for (const std::string& id : gone) std::filesystem::remove_all(s.home.path() / "store" / id);
    songs -= gone.size();
  };
  const auto until_looked_at = [&] {
    REQUIRE(s.code("startScan", "", s.login) == -1);
    Server::until([&] { return s.json("/api/v1/tracks?limit=100")["tracks"].size() == songs; });
  };
  withdraw({0, 1, 2});
  for (int i = 41; i <= 43; ++i, ++songs) s.publish(Server::song(i));
  until_looked_at();
  CHECK(page(0, 4, "two").front() == seen[3]);  // another client begins, with pages of another size, and disturbs nothing
  CHECK(page(4, 4, "two").front() == seen[7]);
  for (int offset = 10;; offset += 10) {
    const auto more = page(offset, 10);
    seen.insert(seen.end(), more.begin(), more.end());
    if (more.size() < 10) break;
    if (offset != 10) continue;
    withdraw({4, 11, 19});
    until_looked_at();
  }
  std::sort(seen.begin(), seen.end());
  CHECK(seen == std::vector<std::string>(expected.begin(), expected.end()));
  CHECK(page(static_cast<int>(songs) - 5, 10, "three").size() == 5);  // nothing is known of this one: by its offset alone
  CHECK(page(static_cast<int>(songs), 10, "three").empty());
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
  // What an offline client catches up with: one song is gone, one has no time.
  const std::string late = "id=gone&time=1700000100000&id=" + asset_id(2) + "&time=1700000200000&id=" + asset_id(4) + "&time=never";
  CHECK(s.code("scrobble", late, s.login) == -1);
  CHECK(s.call("getSong", "id=" + asset_id(2))["song"]["playCount"] == 2);
  CHECK(s.call("getSong", "id=" + asset_id(4))["song"]["played"] > "2020");
  CHECK(s.code("scrobble", "id=gone&id=gone", s.login) == 70);
  CHECK(s.call("getAlbumList2", "type=frequent")["albumList2"]["album"].size() == 1);
  CHECK(s.code("scrobble", "submission=false&id=" + asset_id(3), s.login) == -1);
  CHECK(s.call("getNowPlaying")["nowPlaying"]["entry"][0]["id"] == asset_id(3));
  CHECK(s.code("savePlayQueue", "id=" + asset_id(1) + "&id=" + asset_id(2) + "&current=" + asset_id(2) + "&position=1234", s.login) == -1);
  const auto queue = s.call("getPlayQueue")["playQueue"];
  CHECK((queue["current"] == asset_id(2) && queue["position"] == 1234 && queue["entry"].size() == 2));
  CHECK(s.call("getPlayQueueByIndex")["playQueueByIndex"]["currentIndex"] == 1);
  CHECK(s.code("savePlayQueueByIndex", "id=" + asset_id(1) + "&currentIndex=1", s.login) == 10);
  CHECK(s.code("savePlayQueue", "id=" + std::string(65, 'x'), s.login) == 70);  // kept as they are: nothing that no id is
  CHECK(s.code("createBookmark", "id=" + asset_id(1) + "&position=5000", s.login) == -1);
  CHECK(s.code("createBookmark", "id=" + asset_id(1) + "&position=1&comment=" + std::string(1001, 'x'), s.login) == 0);
  CHECK(s.call("getBookmarks")["bookmarks"]["bookmark"][0]["entry"]["id"] == asset_id(1));
  CHECK(s.code("deleteBookmark", "id=" + asset_id(1), s.login) == -1);
  CHECK(s.call("getBookmarks")["bookmarks"]["bookmark"].empty());
}

TEST_CASE("a word with a typo finds, in search2 and in search3") {
  const Server s;
  for (const char* method : {"search2", "search3"}) {
    CAPTURE(method);
    const auto found = s.call(method, "query=bjoerk+secnd")[method == std::string("search2") ? "searchResult2" : "searchResult3"];
    CHECK(found["album"][0][method == std::string("search2") ? "title" : "name"] == "Second");
    CHECK(s.call(method, "query=bjrok")[method == std::string("search2") ? "searchResult2" : "searchResult3"]["artist"][0]["name"] ==
          "Björk");
  }
}

namespace {

// The largest difference of two samples of 16 bits, where `tail` ends as `whole` does; its first bytes are passed over.
std::int64_t difference_of_ends(const std::string& whole, const std::string& tail, std::size_t passed_over) {
  std::int64_t worst = whole.size() < tail.size() ? INT64_MAX : 0;
  for (std::size_t i = passed_over; worst != INT64_MAX && i + 1 < tail.size(); i += 2) {
    std::int16_t a = 0, b = 0;
    std::memcpy(&a, tail.data() + i, 2);
    std::memcpy(&b, whole.data() + (whole.size() - tail.size()) + i, 2);
    worst = std::max<std::int64_t>(worst, std::abs(a - b));
  }
  return worst;
}

}  // namespace

TEST_CASE("sound as one file: seekable, and the same samples as the source") {
  Server s(0);
  const validator::tests::TemporaryFolder work;
  validator::tests::run(
      "ffmpeg -v error -y -f lavfi -i 'aevalsrc=0.3*sin(2*PI*(300+100*t)*t)+0.2*sin(2*PI*1234*t):d=7.3:s=44100' -ac 2 -c:a flac '" +
      (work / "s.flac") + "'");
  auto asset = make_asset(1, {{"title", {"Tone / é"}}, {"artist", {"A"}}});
  const std::string folder = s.home / ("store/" + asset.id + "/g1").c_str();
  std::filesystem::create_directories(folder);
  const auto presentation = validator::tests::make_asset(work / "s.flac", "music", folder);
  asset.renditions.clear();
  for (const auto& track : presentation.tracks) asset.renditions.push_back(track.rendition);
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
  const auto hls = fetch("hls.m3u8", "&bitRate=96&bitRate=128");
  CHECK((hls.status == 200 && hls.fields.at("content-type") == "application/vnd.apple.mpegurl"));
  CHECK(hls.body.find("\n/v/" + asset.id + "/g1/aac-") != std::string::npos);
  CHECK(hls.body.find("flac") == std::string::npos);
  CHECK(s.code("hls.m3u8", "bitRate=much&id=" + asset.id, s.login) == 0);

  // From a later moment on: FLAC to the frame, AAC to the frame, both with ranges, and nothing counted as played.
  const auto source = pcm("s.flac");
  const auto late = fetch("stream", "&timeOffset=5");
  CHECK((late.status == 200 && late.fields.at("content-type") == "audio/flac"));
  validator::tests::write_text(work / "late.flac", late.body);
  const auto tail = pcm("late.flac");
  CHECK((tail.size() >= 44100 * 4 * 23 / 10 && tail.size() < 44100 * 4 * 23 / 10 + 4 * 4608));
  CHECK(tail == source.substr(source.size() - tail.size()));
  CHECK(fetch("stream", "&timeOffset=5", "Range: bytes=1000-1999\r\n").body == late.body.substr(1000, 1000));
  CHECK(fetch("stream", "&timeOffset=99999").body.size() < late.body.size());
  const auto whole_aac = pcm("got.m4a");
  const auto late_aac = fetch("stream", "&maxBitRate=128&timeOffset=5");
  validator::tests::write_text(work / "late.m4a", late_aac.body);
  const auto aac_tail = pcm("late.m4a");
  CHECK((aac_tail.size() > whole_aac.size() - 44100 * 4 * 5 - 4 && aac_tail.size() <= whole_aac.size() - 44100 * 4 * 5 + 4 * 1024));
  // (Not of noise: what an encoder says of that is "noise", and each decoder makes its own.) A decoder needs one frame to find its feet;
  // from then on the samples are those of the whole file, to rounding.
  CHECK(difference_of_ends(whole_aac, aac_tail, 4 * 4096) <= 2);

  // Opus: what is sent from there on is what the whole file ends with. Its decoder foretells each frame from those before: 1,315 of 32,768
  // off after 80 ms, 35 after 200, 1 after 400.
  const auto opus = fetch("stream", "&format=opus&maxBitRate=96"), late_opus = fetch("stream", "&format=opus&maxBitRate=96&timeOffset=5");
  CHECK((opus.status == 200 && late_opus.status == 200 && late_opus.body.size() < opus.body.size() / 2));
  validator::tests::write_text(work / "got.opus.m4a", opus.body);
  validator::tests::write_text(work / "late.opus.m4a", late_opus.body);
  const auto whole_opus = pcm("got.opus.m4a"), opus_tail = pcm("late.opus.m4a");
  const double seconds = static_cast<double>(opus_tail.size()) / (48000 * 4);
  CHECK((seconds > 2.2 && seconds < 2.4));
  CHECK(difference_of_ends(whole_opus, opus_tail, 4 * 48000 * 400 / 1000) <= 2);

  const std::string client =
      R"({"name":"t","platform":"t","directPlayProfiles":[{"containers":["mp3"],"audioCodecs":["mp3"],"protocols":["http"]}],)"
      R"("transcodingProfiles":[{"container":"mp4","audioCodec":"aac","protocol":"http"}]})";
  const auto decided = s.send("POST", "/rest/getTranscodeDecision?f=json&mediaType=song&mediaId=" + asset.id + "&" + s.login, client,
                              "Content-Type: application/json\r\n");
  const auto decision = json::parse(decided.body)["subsonic-response"]["transcodeDecision"];
  CHECK((decision["canDirectPlay"] == false && decision["canTranscode"] == true && decision["sourceStream"]["codec"] == "flac"));
  const std::string params = decision["transcodeParams"];
  const auto media = "mediaType=song&mediaId=" + asset.id + "&" + s.login;
  const auto transcoded = s.get("/rest/getTranscodeStream?" + media + "&offset=5&transcodeParams=" + params);
  CHECK((transcoded.status == 200 && transcoded.fields.at("content-type") == "audio/mp4"));
  CHECK(s.get("/rest/getTranscodeStream?" + media + "&transcodeParams=x").status == 400);
  CHECK(s.get("/rest/getTranscodeStream?" + media + "&transcodeParams=none.http").status == 404);
  const auto as_hls = s.get("/rest/getTranscodeStream?" + media + "&offset=5&transcodeParams=flac.hls");
  CHECK((as_hls.body.find("TIME-OFFSET=5") != std::string::npos && as_hls.body.find("/g1/flac.m3u8") != std::string::npos));
  CHECK_FALSE(s.call("getSong", "id=" + asset.id)["song"].contains("playCount"));
}

TEST_CASE("covers in sizes, made once") {
  Server s(0);
  auto asset = make_asset(1, {{"title", {"T"}}, {"artist", {"A"}}, {"album", {"B"}}});
  const std::string folder = s.home / ("store/" + asset.id + "/g1").c_str();
  std::filesystem::create_directories(folder);
  validator::tests::run("ffmpeg -v error -y -f lavfi -i testsrc2=s=800x600 -frames:v 1 '" + folder + "/cover.jpg'");
  s.stop();
  s.publish(asset);
  s.start();
  const auto cover = [&](const std::string& more) { return s.get("/rest/getCoverArt?id=" + asset.id + "&" + s.login + more); };
  const auto size_of = [&](const tests::Answer& answer) {
    validator::tests::write_text(s.home / "picture", answer.body);
    validator::tests::run("ffprobe -v error -show_entries stream=width,height -of csv=p=0 '" + (s.home / "picture") + "' >'" +
                          (s.home / "size") + "'");
    return validator::tests::read_text(s.home / "size");
  };
  const auto whole = cover("");
  CHECK((whole.fields.at("content-type") == "image/jpeg" && size_of(whole) == "800,600\n"));
  const auto small = cover("&size=200");
  CHECK((small.status == 200 && size_of(small) == "200,150\n" && small.fields.at("etag") != whole.fields.at("etag")));
  CHECK(std::filesystem::exists(s.home / ("catalog/covers/" + asset.id + "-g1-200.jpg").c_str()));
  CHECK(cover("&size=200").body == small.body);
  CHECK(cover("&size=5000").body == whole.body);
  CHECK(cover("&size=900").body == whole.body);  // never larger than it is
  CHECK(size_of(cover("&size=1")) == "16,12\n");
  const std::string album = s.call("getAlbumList2", "type=newest")["albumList2"]["album"][0]["id"];
  CHECK(size_of(s.get("/api/v1/covers/" + album + "?size=100")) == "100,75\n");
  CHECK(s.get("/api/v1/covers/" + album).status == 307);
  CHECK(s.get("/api/v1/covers/" + album + "?size=1").status == 400);
  validator::tests::write_text(folder + "/cover.jpg", "\xff\xd8\xff no picture");
  CHECK(s.code("getCoverArt", "size=300&id=" + asset.id, s.login) == 0);
}

TEST_CASE("what plays now, told with position and state, and counted once") {
  const Server s;
  const auto report = [&](const std::string& more, const std::string& song = asset_id(1)) {
    return s.code("reportPlayback", "mediaType=song&mediaId=" + song + "&" + more, s.login);
  };
  const auto plays = [&](int song) { return s.call("getSong", "id=" + asset_id(song))["song"].value("playCount", 0); };
  CHECK(report("state=starting&positionMs=0") == -1);
  CHECK(report("state=playing&positionMs=60000&playbackRate=1.5") == -1);
  auto now = s.call("getNowPlaying")["nowPlaying"]["entry"];
  REQUIRE(now.size() == 1);
  CHECK((now[0]["state"] == "playing" && now[0]["positionMs"] >= 60000 && now[0]["playbackRate"] == 1.5 && now[0]["username"] == "ada"));
  CHECK(plays(1) == 0);
  CHECK(report("state=paused&positionMs=100000") == -1);
  now = s.call("getNowPlaying")["nowPlaying"]["entry"];
  CHECK((now[0]["state"] == "paused" && now[0]["positionMs"] == 100000));
  CHECK(plays(1) == 1);
  CHECK(report("state=stopped&positionMs=170000") == -1);
  CHECK((plays(1) == 1 && s.call("getNowPlaying")["nowPlaying"]["entry"].empty()));
  CHECK(report("state=playing&positionMs=170000&ignoreScrobble=true", asset_id(2)) == -1);
  CHECK(plays(2) == 0);
  CHECK(report("state=dancing&positionMs=0") == 0);
  CHECK(report("state=playing&positionMs=-1") == 0);
  CHECK(report("state=playing&positionMs=1&playbackRate=0") == 0);
  CHECK(report("state=playing") == 10);
  CHECK(report("state=playing&positionMs=1", "nothing") == 70);
  CHECK(s.code("reportPlayback", "mediaType=podcast&mediaId=1&state=playing&positionMs=1", s.login) == 70);
}

TEST_CASE("shares play without an account, radio stations are the administrator's") {
  const Server s;
  const std::string album = s.call("getAlbumList2", "type=newest")["albumList2"]["album"][0]["id"];
  const auto made = s.call("createShare", "id=" + asset_id(1) + "&id=" + album + "&description=a%0Ab")["shares"]["share"][0];
  CHECK((made["entry"].size() == 7 && made["visitCount"] == 0 && made["username"] == "ada"));
  const std::string url = made["url"], path = url.substr(url.find("/api/"));
  const auto list = s.get(path);
  CHECK((list.status == 200 && list.fields.at("content-type") == "audio/x-mpegurl; charset=utf-8"));
  CHECK(list.body.starts_with("#EXTM3U\n#PLAYLIST:a b\n#EXTINF:180,Björk - Song 1\n" + service::Home::find("", "", "")->public_url + "/v/" +
                              asset_id(1) + "/master.m3u8\n"));
  CHECK(s.call("getShares")["shares"]["share"][0]["visitCount"] == 1);
  const std::string id = "id=" + made["id"].get<std::string>();
  CHECK(s.code("updateShare", id + "&expires=1000", s.login) == -1);
  CHECK(s.get(path).status == 404);  // expired
  auto accounts = accounts::Accounts::open(s.place);
  REQUIRE(accounts->add("bob", "login password", "listener"));
  const std::string bob = "u=bob&p=" + accounts->add_credential("bob", accounts::CredentialKind::app_password, "", "write")->value->secret;
  CHECK(s.code("deleteShare", id, bob) == 70);
  CHECK(s.code("deleteShare", id, s.login) == -1);
  CHECK(s.code("createShare", "id=nothing", s.login) == 70);
  CHECK(s.code("createShare", "", s.login) == 10);
  const std::string songs = s.call("createPlaylist", "name=L&songId=" + asset_id(2) + "&songId=" + asset_id(3))["playlist"]["id"];
  CHECK(s.call("createShare", "id=" + songs)["shares"]["share"][0]["entry"].size() == 2);
  CHECK(s.code("createShare", "id=" + songs, bob) == 70);  // not bob's to see
  auto database = service::Database::open(s.place.database("sharing"));
  REQUIRE(database);
  auto transaction = service::Transaction::begin(*database);
  REQUIRE(transaction);
  for (int i = 0; i < sharing::kMaxShares; ++i)
    REQUIRE(
        database->run("INSERT INTO share (id, user, user_name, description, ids, created, expires) VALUES (?, 1, 'ada', '', '[]', 1, 0)",
                      "s" + std::to_string(i)));
  REQUIRE(transaction->commit());
  CHECK(s.code("createShare", "id=" + songs, s.login) == 0);  // has as many as one may

  CHECK(s.code("createInternetRadioStation", "name=R&streamUrl=http://r/", bob) == 50);
  CHECK(s.code("createInternetRadioStation", "name=R&streamUrl=javascript:1", s.login) == 0);
  CHECK(s.code("createInternetRadioStation", "name=R", s.login) == 10);
  CHECK(s.code("createInternetRadioStation", "name=R&streamUrl=http://r/&homepageUrl=https://h/", s.login) == -1);
  const auto stations = s.call("getInternetRadioStations", "", bob)["internetRadioStations"]["internetRadioStation"];
  REQUIRE(stations.size() == 1);
  CHECK((stations[0]["name"] == "R" && stations[0]["homePageUrl"] == "https://h/"));
  const std::string station = "id=" + stations[0]["id"].get<std::string>();
  CHECK(s.code("updateInternetRadioStation", station + "&name=S&streamUrl=http://s/", s.login) == -1);
  CHECK(s.code("deleteInternetRadioStation", station, s.login) == -1);
  CHECK(s.code("deleteInternetRadioStation", station, s.login) == 70);
}
