// SPDX-License-Identifier: Apache-2.0
// The catalog divided: four processes answer as one does, and one that is down costs its own part.
#include <fstream>
#include <iterator>

#include "catalog-api/library/library.h"
#include "service/http/internal_key.h"
#include "tests/catalog-api/api/divided.h"

using namespace segue;
using nlohmann::json;
using tests::ask;
using tests::Divided;
using tests::Running;

namespace {

constexpr const char* kHoppipolla = "Hopp%C3%ADpolla";

void must_have_no_search(const Divided& divided) {
  const json failed = divided.rest("search3", std::string("query=") + kHoppipolla);
  CHECK(failed["status"] == "failed");
  CHECK(failed["error"] == json({{"code", 0}, {"message", "The search does not answer, try again"}}));
  CHECK(divided.rest("search3", "query=&songCount=10")["searchResult3"]["song"].size() == 1);  // the whole library asks no search
  CHECK(ask(divided.library_port, "/api/v1/tracks", divided.who).status == 200);
  const std::string list = "#EXTM3U\n#EXTINF:180,Sigur Rós - Hoppípolla\nnot/our.flac\n";
  const auto import = divided.send(divided.playlists_port, "POST", "/api/v1/playlists/import", list, divided.who);
  CHECK(import.status == 503);
  CHECK(import.fields.at("retry-after") == "2");
  CHECK(divided.send(divided.playlists_port, "POST", "/api/v1/playlists", R"({"name":"Calm"})", divided.who).status == 201);
}

}  // namespace

TEST_CASE("a divided catalog finds what is published, by name in each of its ways") {
  Divided divided;
  divided.publish(1, "Hoppípolla");
  divided.start_all();
  Running::until([&] { return divided.found(kHoppipolla) == 1; });
  CHECK(divided.rest("search3", "query=hopipola")["searchResult3"]["song"][0]["title"] == "Hoppípolla");
  const auto made = divided.send(divided.playlists_port, "POST", "/api/v1/playlists", R"({"name":"Glaciers"})", divided.who);
  REQUIRE(made.status == 201);
  CHECK(divided.found("glaciers", "playlist") == 0);
  CHECK(divided
            .send(divided.playlists_port, "PATCH", made.fields.at("location"), R"({"operations":[{"op":"set","public":true}]})",
                  divided.who + "If-Match: " + made.fields.at("etag") + "\r\n")
            .status == 200);
  Running::until([&] { return divided.found("glaciers", "playlist") == 1; });
  const auto imported = divided.send(divided.playlists_port, "POST", "/api/v1/playlists/import",
                                     "#EXTM3U\n#EXTINF:180,Sigur Rós - Hoppípolla\nnot/our.flac\n", divided.who);
  CHECK(imported.status == 201);
  CHECK(json::parse(imported.body)["matched"] == 1);
  divided.publish(2, "Glósóli");
  Running::until([&] { return divided.found("glosoli") == 1; });
  // A token that accounts withdrew is refused by the others' next answer.
  CHECK(ask(divided.search_port, "/api/v1/search?q=x", "Authorization: Bearer sgk-none\r\n").status == 401);
  CHECK(ask(divided.accounts_port, "/api/v1/me", divided.who).status == 200);
}

namespace {
std::string text_of(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}
}  // namespace

TEST_CASE("search that is killed or hangs costs the search alone, and starts again from its snapshot without a library") {
  Divided divided;
  divided.publish(1, "Hoppípolla");
  divided.start_all();
  Running::until([&] { return divided.found(kHoppipolla) == 1; });
  Running::until([&] {  // written a moment after the last news, playlists last; that of an empty library may be there before
    bool has_song = false, has_last = false;
    std::error_code failed;
    for (const auto& one : std::filesystem::recursive_directory_iterator(divided.home.path() / "catalog/search", failed)) {
      has_song |= one.path().filename() == "track.idx" && text_of(one.path()).find("Hopp") != std::string::npos;
      has_last |= one.path().filename() == "playlist.idx";
    }
    return has_song && has_last;
  });
  divided.search->hang();
  must_have_no_search(divided);
  divided.search->end(SIGKILL);
  must_have_no_search(divided);
  divided.library->end(SIGKILL);
  divided.start_search();
  CHECK(divided.found(kHoppipolla) == 1);
  Running::until([&] { return divided.health(divided.search_port)["has_library"] == false; });
  divided.publish(2, "Glósóli");
  divided.start_library();
  Running::until([&] { return divided.found("glosoli") == 1 && divided.health(divided.search_port)["has_library"] == true; });
  CHECK(divided.rest("search3", "query=hopipola")["searchResult3"]["song"].size() == 1);
}

TEST_CASE("a library that is made anew is another one to the search") {
  Divided divided;
  divided.publish(1, "Hoppípolla");
  divided.start_all();
  Running::until([&] { return divided.found(kHoppipolla) == 1; });
  divided.library->end(SIGTERM);
  std::filesystem::remove_all(divided.home.path() / "store" / tests::asset_id(1));
  divided.publish(2, "Glósóli");
  auto made_anew = library::Library::open(divided.place.database("library"));
  REQUIRE(made_anew);
  REQUIRE(made_anew->forget_all());
  divided.start_library();
  Running::until([&] { return divided.found("glosoli") == 1; });
  CHECK(divided.found(kHoppipolla) == 0);
}

TEST_CASE("who is what is not known without accounts: nobody is let in, and they come back") {
  Divided divided;
  divided.publish(1, "Hoppípolla");
  divided.start_all();
  Running::until([&] { return divided.found(kHoppipolla) == 1; });
  divided.accounts->end(SIGKILL);
  for (const auto& [port, target] :
       {std::pair(divided.library_port, "/api/v1/tracks"), std::pair(divided.playlists_port, "/api/v1/playlists"),
        std::pair(divided.search_port, "/api/v1/search?q=x")}) {
    const auto answer = ask(port, target, divided.who);
    CHECK(answer.status == 503);
    CHECK(answer.fields.at("content-type") == "application/problem+json");
    CHECK(answer.fields.at("retry-after") == "2");
  }
  divided.start_accounts();
  for (const auto& [port, target] :
       {std::pair(divided.library_port, "/api/v1/tracks"), std::pair(divided.playlists_port, "/api/v1/playlists")})
    CHECK(ask(port, target, divided.who).status == 200);
  CHECK(divided.found(kHoppipolla) == 1);
}

TEST_CASE("a library and a search start while accounts are down, and go on when they come") {
  Divided divided;
  divided.publish(1, "Hoppípolla");
  divided.start_library();
  divided.start_search();
  CHECK(divided.health(divided.library_port)["status"] == "ok");
  CHECK(ask(divided.library_port, "/api/v1/tracks", divided.who).status == 503);
  divided.start_accounts();
  Running::until([&] { return divided.found(kHoppipolla) == 1; });
  CHECK(ask(divided.library_port, "/api/v1/tracks", divided.who).status == 200);
}

TEST_CASE("processes ask each other with the key of their home; nobody else may") {
  Divided divided;
  divided.start_all();
  const auto key = service::http::InternalKey::load(divided.home / "catalog/internal.key");
  REQUIRE(key);
  struct Row {
    unsigned short port;
    const char *method, *target, *body;
  };
  for (const auto& [port, method, target, body] :
       {Row{divided.accounts_port, "POST", "/internal/v1/accounts/guests", "[]"},
        Row{divided.library_port, "GET", "/internal/v1/search-source", ""},
        Row{divided.library_port, "GET", "/internal/v1/search-source/tracks?since=0", ""},
        Row{divided.library_port, "POST", "/internal/v1/tracks/seen", R"([1,["x"]])"},
        Row{divided.library_port, "POST", "/internal/v1/tracks/chosen", "[[]]"},
        Row{divided.playlists_port, "POST", "/internal/v1/playlists/get", R"(["ada","pl-x",""])"},
        Row{divided.playlists_port, "POST", "/internal/v1/playlists/create", R"(["ada","Mix",[]])"},
        Row{divided.playlists_port, "GET", "/internal/v1/playlists/changes", ""},
        Row{divided.search_port, "POST", "/internal/v1/search/ids", R"({"lookups":[["x","track",1,1]]})"}}) {
    INFO(target);
    const std::string field = std::string(service::http::kInternalKeyField) + ": ";
    std::string forged = key->text();
    forged.back() = forged.back() == '0' ? '1' : '0';
    CHECK(divided.send(port, method, target, body, "").status == 403);
    CHECK(divided.send(port, method, target, body, field + forged + "\r\n").status == 403);
    CHECK(divided.send(port, method, target, body, divided.who).status == 403);  // an administrator is no process
    CHECK(divided.send(port, method, target, body, field + key->text() + "\r\n").status == 200);
  }
}

TEST_CASE("a catalog in one process answers no process") {
  Running running;
  running.start();
  for (const char* target : {"/internal/v1/search-source", "/internal/v1/search-source/tracks", "/internal/v1/accounts/guests",
                             "/internal/v1/playlists/get", "/internal/v1/playlists/changes", "/internal/v1/tracks/seen"})
    CHECK(running.get(target).status == 404);
}

TEST_CASE("roles, and where the others are: what is missing or of no use is named") {
  using catalog::Roles;
  struct Row {
    const char* roles;
    catalog::OtherUrls others;
    const char* wrong;  // empty: fine
  };
  const char *one = "http://127.0.0.1:1", *two = "http://[::1]:2";
  for (const auto& [list, others, wrong] : {
           Row{"all", {}, ""},
           Row{"accounts,library,playlists,search", {}, ""},
           Row{"accounts", {}, ""},
           Row{"library", {one, "", one, two}, ""},
           Row{"playlists", {one, two, "", ""}, ""},
           Row{"playlists", {one, two, "", two}, ""},  // needs none, and may be told
           Row{"search", {one, two, "", ""}, ""},
           Row{"search,accounts", {"", two, "", ""}, ""},
           Row{"library,search", {one, "", two, ""}, ""},
           Row{"library,playlists", {one, "", "", two}, ""},
           Row{"library,playlists", {one, "", "", ""}, "--search: expected where that role is (http://HOST:PORT), found nothing"},
           Row{"library,search", {one, "", "", ""}, "--playlists: expected where that role is (http://HOST:PORT), found nothing"},
           Row{"library", {"", "", one, two}, "--accounts: expected where that role is (http://HOST:PORT), found nothing"},
           Row{"search", {one, "", "", ""}, "--library: expected where that role is (http://HOST:PORT), found nothing"},
           Row{"playlists", {one, "", "", ""}, "--library: expected where that role is (http://HOST:PORT), found nothing"},
           Row{"all", {"", "", "", one}, "--search: this process has that role itself"},
           Row{"playlists", {one, two, one, ""}, "--playlists: this process has that role itself"},
           Row{"search", {one, "127.0.0.1:1", "", ""}, "--library: expected http://HOST:PORT, found 127.0.0.1:1"},
           Row{"", {}, "--roles: expected all, or some of accounts,library,playlists,search, found "},
           Row{"search,", {}, "--roles: expected all, or some of accounts,library,playlists,search, found "},
           Row{"search,covers", {}, "--roles: expected all, or some of accounts,library,playlists,search, found covers"},
           Row{"all,search", {}, "--roles: expected all, or some of accounts,library,playlists,search, found all"},
       }) {
    INFO(list);
    const auto roles = Roles::parse(list);
    const auto found = roles ? catalog::others_of(*roles, others) : Result<catalog::Others>(roles.error());
    CHECK((found ? "" : found.error().message) == wrong);
  }
}
