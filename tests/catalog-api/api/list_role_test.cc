// SPDX-License-Identifier: Apache-2.0
// Playlists in a process of their own: the same lists everywhere, and what is down costs its own part.
#include <string>

#include "tests/catalog-api/api/divided.h"

using namespace segue;
using nlohmann::json;
using tests::Answer;
using tests::ask;
using tests::asset_id;
using tests::Divided;
using tests::Running;

namespace {

constexpr const char* kRules = R"({"match":"all","rules":[{"field":"title","op":"starts_with","value":"H"}]})";

struct Lists : Divided {
  Lists() {
    publish(1, "Hoppípolla");
    publish(2, "Glósóli");
    auto opened = accounts::Accounts::open(place);
    REQUIRE(opened);
    REQUIRE(opened->add("eve", "login password", "listener"));
    REQUIRE(opened->add_library({0, "Hidden", false, {{"title", "Glósóli"}}, {}}, 1));  // ada sees it: she is given it
    REQUIRE(opened->give_library(1, "ada", true));
    narrow = "Authorization: Bearer " + opened->add_credential("eve", accounts::CredentialKind::api_key, "test", "write")->value->secret +
             "\r\n";
    start_all();
    Running::until([&] { return json::parse(ask(library_port, "/api/v1/tracks", who).body)["tracks"].size() == 2; });
  }
  // Of ada's.
  [[nodiscard]] std::string make(const std::string& body) const {
    const auto made = send(playlists_port, "POST", "/api/v1/playlists", body, who);
    REQUIRE(made.status == 201);
    return json::parse(made.body)["id"];
  }
  [[nodiscard]] Answer patch(const std::string& id, const std::string& operation, const std::string& as) const {
    return send(playlists_port, "PATCH", "/api/v1/playlists/" + id, R"({"operations":[)" + operation + "]}", as);
  }
  [[nodiscard]] Answer show(const std::string& id, const std::string& as) const {
    return ask(playlists_port, "/api/v1/playlists/" + id, as);
  }
  [[nodiscard]] static std::string list_of(int first, int second) {
    return R"({"name":"Both","tracks":[")" + asset_id(first) + R"(",")" + asset_id(second) + R"("]})";
  }
  std::string narrow;  // eve, who does not see Glósóli
};

std::size_t items_in(const Answer& answer) { return json::parse(answer.body)["items"].size(); }

void must_be_away(const Answer& answer) {
  CHECK(answer.status == 503);
  CHECK(answer.fields.at("retry-after") == "2");
  CHECK_FALSE(answer.fields.contains("segue-outcome"));  // and nothing was done
}

}  // namespace

TEST_CASE("a list is the same to the API, to clients of OpenSubsonic, to players and to the search") {
  Lists lists;
  tests::Client listener(lists.library_port);
  listener.send("GET /api/v1/events HTTP/1.1\r\nHost: t\r\n" + lists.who + "\r\n");
  REQUIRE(listener.receive(true).status == 200);
  const std::string id = lists.make(Lists::list_of(1, 2)), smart = lists.make(R"({"name":"With H","rules":)" + std::string(kRules) + "}");
  while (listener.read_until("\n\n").find("event: playlists") == std::string::npos) {
  }
  CHECK(lists.rest("getPlaylist", "id=" + id)["playlist"]["entry"].size() == 2);
  CHECK(lists.rest("getPlaylist", "id=" + smart)["playlist"]["entry"][0]["title"] == "Hoppípolla");
  CHECK(items_in(lists.show(smart, lists.who)) == 1);
  CHECK(lists.rest("getPlaylists", "")["playlists"]["playlist"].size() == 2);
  const auto shelf = json::parse(ask(lists.playlists_port, "/api/v1/playlists", lists.who).body)["playlists"];
  REQUIRE(shelf.size() == 2);
  CHECK((shelf[0]["count"] == 2 && shelf[1]["count"] == 1));

  const std::string made = lists.rest("createPlaylist", "name=Rest&songId=" + asset_id(2))["playlist"]["id"];
  CHECK(items_in(lists.show(made, lists.who)) == 1);
  CHECK(lists.rest("updatePlaylist", "playlistId=" + made + "&public=true&songIdToAdd=" + asset_id(1))["status"] == "ok");
  CHECK(items_in(lists.show(made, lists.who)) == 2);
  CHECK(items_in(lists.show(made, lists.narrow)) == 1);  // as far as eve sees
  CHECK(json::parse(lists.patch(made, R"({"op":"set","name":"Rust"})", lists.who).body)["playlist"]["count"] == 2);
  Running::until([&] { return lists.found("rust", "playlist") == 1; });
  CHECK(lists.rest("deletePlaylist", "id=" + made)["status"] == "ok");
  CHECK(lists.show(made, lists.who).status == 404);
  Running::until([&] { return lists.found("rust", "playlist") == 0; });

  const auto addresses = json::parse(ask(lists.library_port, "/api/v1/playlists/" + id + "/presentation", lists.who).body);
  const auto playing = ask(lists.library_port, addresses["items"].get<std::string>());
  CHECK((playing.status == 404 && playing.body.find("playlist: ") != std::string::npos));  // it was read; these assets have no media
  CHECK(ask(lists.playlists_port, "/api/v1/playlists/" + id + "/export?format=jspf", lists.who).body.find("Glósóli") != std::string::npos);
  CHECK(lists.health(lists.playlists_port)["playlist_changes"].get<int>() >= 6);
}

TEST_CASE("playlists that are killed or hang cost lists alone, and come back") {
  Lists lists;
  const std::string id = lists.make(Lists::list_of(1, 2));
  REQUIRE(lists.patch(id, R"({"op":"set","public":true})", lists.who).status == 200);
  Running::until([&] { return lists.found("both", "playlist") == 1; });
  for (const bool is_killed : {false, true}) {
    CAPTURE(is_killed);
    is_killed ? lists.playlists->end(SIGKILL) : lists.playlists->hang();
    const json failed = lists.rest("getPlaylist", "id=" + id);
    CHECK(failed["error"] == json({{"code", 0}, {"message", "The playlists do not answer, try again"}}));
    must_be_away(ask(lists.library_port, "/api/v1/playlists/" + id + "/presentation", lists.who));
    CHECK(ask(lists.library_port, "/api/v1/tracks", lists.who).status == 200);
    CHECK(lists.rest("getAlbumList2", "type=newest")["albumList2"]["album"].size() == 2);
    CHECK(lists.rest("search3", "query=hopipola")["searchResult3"]["song"].size() == 1);
    CHECK(lists.found("both", "playlist") == 1);  // what was indexed
  }
  lists.publish(3, "Heysátan");
  Running::until([&] { return lists.found("heysatan") == 1; });
  // The library and the search start without them too, and the search forgets no list.
  lists.library->end(SIGKILL);
  lists.search->end(SIGTERM);
  lists.start_library();
  lists.start_search();
  Running::until([&] { return lists.health(lists.search_port)["has_library"] == true; });
  lists.publish(4, "Sæglópur");
  Running::until([&] { return lists.found("saeglopur") == 1; });
  CHECK(lists.found("both", "playlist") == 1);
  lists.start_playlists();
  CHECK(items_in(lists.show(id, lists.who)) == 2);
  CHECK(lists.patch(id, R"({"op":"set","name":"Either"})", lists.who).status == 200);
  Running::until([&] { return lists.found("either", "playlist") == 1; });
  CHECK(lists.rest("getPlaylist", "id=" + id)["playlist"]["name"] == "Either");
}

TEST_CASE("a library that is killed or hangs costs lists what they show of it") {
  Lists lists;
  const std::string id = lists.make(Lists::list_of(1, 2)), smart = lists.make(R"({"name":"With H","rules":)" + std::string(kRules) + "}");
  REQUIRE(lists.patch(id, R"({"op":"set","public":true})", lists.who).status == 200);
  const auto own = lists.send(lists.playlists_port, "POST", "/api/v1/playlists", R"({"name":"Eve's"})", lists.narrow);
  REQUIRE(own.status == 201);
  const std::string of_eve = json::parse(own.body)["id"];
  const std::string once_smart = lists.make(R"({"name":"Once"})");
  const auto turned = lists.patch(once_smart, R"({"op":"set","rules":)" + std::string(kRules) + "}", lists.who);
  REQUIRE(turned.status == 200);
  const std::string then = json::parse(turned.body)["playlist"]["revision"];
  REQUIRE(lists.send(lists.playlists_port, "POST", "/api/v1/playlists/" + once_smart + "/undo", "{}", lists.who).status == 200);
  for (const bool is_killed : {false, true}) {
    CAPTURE(is_killed);
    is_killed ? lists.library->end(SIGKILL) : lists.library->hang();
    // Who sees everything is shown lists as they are, and writes them.
    CHECK(items_in(lists.show(id, lists.who)) == 2);
    CHECK(lists.patch(id, R"({"op":"set","description":"still"})", lists.who).status == 200);
    // What rules choose, what a narrowed reader sees, and what files say, the library tells; nothing is begun that it would have to end.
    must_be_away(lists.show(smart, lists.who));
    must_be_away(lists.show(id, lists.narrow));
    must_be_away(lists.patch(of_eve, R"({"op":"set","name":"Other"})", lists.narrow));
    must_be_away(lists.send(lists.playlists_port, "POST", "/api/v1/playlists", R"({"name":"x"})", lists.narrow));
    must_be_away(
        lists.send(lists.playlists_port, "POST", "/api/v1/playlists", R"({"name":"x","rules":)" + std::string(kRules) + "}", lists.who));
    // Of a smart list, and of one that would be one, its own editors too: the answer would tell how much the rules choose.
    must_be_away(lists.patch(smart, R"({"op":"set","name":"Renamed"})", lists.who));
    must_be_away(lists.patch(id, R"({"op":"set","rules":)" + std::string(kRules) + "}", lists.who));
    for (const auto& [method, what, body] :
         {std::tuple("PUT", "/folder", R"({"folder":""})"), std::tuple("POST", "/undo", "{}"), std::tuple("POST", "/undelete", "{}")})
      must_be_away(lists.send(lists.playlists_port, method, "/api/v1/playlists/" + smart + what, body, lists.who));
    must_be_away(lists.send(lists.playlists_port, "POST", "/api/v1/playlists/" + once_smart + "/restore", R"({"revision":")" + then + "\"}",
                            lists.who));
    CHECK(lists.send(lists.playlists_port, "PUT", "/api/v1/playlists/" + id + "/folder", R"({"folder":""})", lists.who).status == 200);
    must_be_away(lists.send(lists.playlists_port, "POST", "/api/v1/playlists/import", "#EXTM3U\na.flac\n", lists.who));
    must_be_away(ask(lists.playlists_port, "/api/v1/playlists/" + id + "/export", lists.who));
    CHECK(lists.health(lists.playlists_port)["status"] == "ok");
    CHECK(ask(lists.playlists_port, "/api/v1/playlist-folders", lists.narrow).status == 200);
  }
  const auto removed = lists.send(lists.playlists_port, "DELETE", "/api/v1/playlists/" + of_eve, "", lists.narrow);
  CHECK(removed.status == 204);
  lists.start_library();
  const auto after = json::parse(lists.show(smart, lists.who).body);
  CHECK((after["name"] == "With H" && after["items"].size() == 1));
  CHECK(items_in(lists.show(id, lists.narrow)) == 1);
  const auto back = lists.send(lists.playlists_port, "POST", "/api/v1/playlists/" + of_eve + "/undelete", "{}", lists.narrow);
  CHECK((back.status == 200 && json::parse(back.body)["name"] == "Eve's"));
  CHECK(json::parse(ask(lists.playlists_port, "/api/v1/playlists?scope=mine", lists.narrow).body)["playlists"].size() == 1);
  CHECK(json::parse(ask(lists.playlists_port, "/api/v1/playlists?scope=mine", lists.who).body)["playlists"].size() == 3);
}
