// SPDX-License-Identifier: Apache-2.0
// What playlists ask of the library, asked in this process and over HTTP: the same answers.
#include <algorithm>

#include "catalog-api/api/local_tracks.h"
#include "catalog-api/api/remote_searcher.h"
#include "catalog-api/api/remote_tracks.h"
#include "catalog-api/library/read.h"
#include "service/http/server.h"
#include "tests/catalog-api/accounts/served.h"
#include "tests/catalog-api/api/running.h"

using namespace segue;
using api::LibraryTracks;
using playlist_files::FileEntry;
using tests::asset_id;
using tests::Running;

namespace {

// What a small catalog left behind: three songs; the third is in a library that not everybody sees.
struct Left : Running {
  Left() {
    for (int i = 1; i <= 3; ++i)
      publish(tests::make_asset(i, {{"title", {"Song " + std::to_string(i)}},
                                    {"artist", {"Björk"}},
                                    {"album", {i == 3 ? "Other" : "First"}},
                                    {"genre", {i == 3 ? "Jazz" : "Pop"}},
                                    {"isrc", {"USRC1760783" + std::to_string(i)}},
                                    {"date", {i == 1 ? "1993" : "1995"}}}));
    std::filesystem::create_directories(home.path() / "catalog");
    auto accounts = accounts::Accounts::open(place);
    REQUIRE(accounts);
    REQUIRE(accounts->add_library({0, "Jazz", false, {{"genre", "Jazz"}}, {}}, 1));
    REQUIRE(accounts->add("root", "password of root", "admin"));
    REQUIRE(accounts->add("ada", "password of ada", "listener"));
    REQUIRE(accounts->add("eve", "password of eve", "listener"));
    REQUIRE(accounts->give_library(1, "eve", true));
    start();
    until([&] { return json("/api/v1/tracks")["tracks"].size() == 2; });
    stop();
  }
};

struct Ends {
  Ends() {
    const std::int64_t user = (*accounts.find("ada"))->row;
    REQUIRE(listening.played(user, asset_id(2), "", 1700000000));
  }
  Left left;
  service::DatabasePool library{left.place.database("library")};
  accounts::Accounts accounts = std::move(*accounts::Accounts::open(left.place));
  listening::Listening listening = std::move(*listening::Listening::open(left.place));
  search::Index index;
  search::LocalSearcher searcher{index};
  api::SmartLists smart{library, listening, accounts};
  api::LocalTracks local{library, smart, searcher};
  service::http::InternalKey key = tests::key_in(left.home / "internal.key");
  tests::Served served{[this](service::http::Router& router) { api::add_tracks_routes(router, local, key); }};
  api::RemoteTracks remote{{"127.0.0.1", served.port()}, key};
};

std::string text_of(Result<LibraryTracks::Ids> ids) {
  if (!ids) return "error";
  std::sort(ids->begin(), ids->end());
  std::string text;
  for (const std::string& id : *ids) text += id == asset_id(1) ? "1 " : id == asset_id(2) ? "2 " : id == asset_id(3) ? "3 " : id + ' ';
  return text;
}

const library::View kOpen{1}, kNone{0};

api::SmartList rules(const std::string& owner, const std::string& rule) {
  return {"pl-" + owner + rule, "h", owner, R"({"match":"all","rules":[)" + rule + R"(],"sort":[{"by":"title"}]})"};
}

}  // namespace

TEST_CASE("what the library says of tracks here it says to another process") {
  Ends ends;
  for (LibraryTracks* form : {static_cast<LibraryTracks*>(&ends.local), static_cast<LibraryTracks*>(&ends.remote)}) {
    CAPTURE(form == &ends.remote);
    const LibraryTracks::Ids ids{asset_id(3), "none", asset_id(1), asset_id(1), "\"\x01", asset_id(2)};
    CHECK(text_of(form->seen(library::kEverything, ids)) == "1 2 3 ");
    CHECK(text_of(form->seen(kOpen, ids)) == "1 2 ");
    CHECK(text_of(form->seen(kNone, ids)).empty());
    CHECK(text_of(form->seen(kOpen, {})).empty());

    const auto entries = form->entries(kOpen, {asset_id(2), "none", asset_id(3), asset_id(1), asset_id(2)});
    REQUIRE(entries);
    REQUIRE(entries->size() == 3);
    CHECK((*entries)[0] == (*entries)[2]);
    CHECK((*entries)[1].location == asset_id(1));
    CHECK(((*entries)[0].title == "Song 2" && (*entries)[0].creator == "Björk" && (*entries)[0].album == "First"));
    CHECK(((*entries)[0].isrc == "USRC17607832" && (*entries)[0].duration_ms > 0));

    FileEntry by_isrc, unseen, nothing;
    by_isrc.isrc = "USRC17607831";
    unseen.isrc = "USRC17607833";
    nothing.title = "Of nobody";
    const auto matches = form->match(kOpen, {by_isrc, unseen, nothing, {"/v/" + asset_id(2) + "/master.m3u8", {}, {}, {}, {}, {}, 0}});
    REQUIRE(matches);
    REQUIRE(matches->size() == 4);
    CHECK((*matches)[0] == api::TrackMatch{asset_id(1), "isrc"});
    CHECK((!(*matches)[1] && !(*matches)[2]));
    CHECK((*matches)[3] == api::TrackMatch{asset_id(2), "asset"});

    const auto chosen = form->chosen({rules("ada", R"({"field":"year","op":"greater","value":1990})"),
                                      rules("eve", R"({"field":"year","op":"greater","value":1990})"),
                                      rules("ada", R"({"field":"plays","op":"greater","value":0})"),
                                      rules("nobody", R"({"field":"year","op":"greater","value":1990})")});
    REQUIRE(chosen);
    REQUIRE(chosen->size() == 4);
    CHECK(text_of((*chosen)[0]) == "1 2 ");  // as its owner sees it
    CHECK(text_of((*chosen)[1]) == "1 2 3 ");
    CHECK(text_of((*chosen)[2]) == "2 ");
    CHECK((*chosen)[3].empty());
    CHECK(form->chosen({})->empty());
    CHECK_FALSE(form->chosen({{"p", "h", "ada", "{"}}));
  }
}

TEST_CASE("more than one question holds is asked in several") {
  Ends ends;
  LibraryTracks::Ids ids(70'000, "none");
  ids[0] = ids[30'000] = asset_id(1);
  ids[69'999] = asset_id(2);
  CHECK(text_of(ends.local.seen(kOpen, ids)) == "1 2 ");
  auto seen = ends.remote.seen(kOpen, ids);
  REQUIRE(seen);
  std::sort(seen->begin(), seen->end());
  seen->erase(std::unique(seen->begin(), seen->end()), seen->end());
  CHECK(text_of(std::move(seen)) == "1 2 ");
  const LibraryTracks::Ids twice(2'500, asset_id(1));
  CHECK(*ends.remote.entries(kOpen, twice) == *ends.local.entries(kOpen, twice));
  std::vector<FileEntry> file(130);
  file.back().isrc = "USRC17607831";
  CHECK(*ends.remote.match(kOpen, file) == *ends.local.match(kOpen, file));
  const std::vector<api::SmartList> lists(40, rules("ada", R"({"field":"year","op":"greater","value":1990})"));
  CHECK(*ends.remote.chosen(lists) == *ends.local.chosen(lists));
}

TEST_CASE("the search is asked once for all names of a question, and nobody holds the library meanwhile") {
  struct Counted final : search::Searcher {
    explicit Counted(service::DatabasePool& pool) : library(pool) {}
    [[nodiscard]] Result<std::vector<search::Ids>> find(const std::vector<search::Lookup>& lookups) override {
      asked.push_back(lookups.size());
      idle = library.idle();
      std::vector<search::Ids> found(lookups.size());
      for (std::size_t i = 0; i < lookups.size(); ++i)
        if (lookups[i].query == "Björk Song 2") found[i] = {asset_id(1), asset_id(2)};
      return found;
    }
    service::DatabasePool& library;
    std::vector<std::size_t> asked;
    std::size_t idle = 0;
  };
  Ends ends;
  Counted search(ends.library);
  api::LocalTracks local(ends.library, ends.smart, search);
  std::vector<FileEntry> file(120);
  for (FileEntry& entry : file) entry.title = "Nothing", entry.creator = "Nobody";
  file[3] = {};  // no names to look for
  file[7].isrc = "USRC17607831";
  file[60] = file[119] = {"", "Song 2", "Björk", {}, {}, {}, 0};
  const auto matches = local.match(kOpen, file);
  REQUIRE(matches);
  CHECK(search.asked == std::vector<std::size_t>{48, 50, 20});
  CHECK(search.idle == 1);
  for (std::size_t i = 0; i < file.size(); ++i) {
    CAPTURE(i);
    const bool is_named = i == 60 || i == 119;
    CHECK((*matches)[i] == (is_named ? std::optional(api::TrackMatch{asset_id(2), "names"})
                            : i == 7 ? std::optional(api::TrackMatch{asset_id(1), "isrc"})
                                     : std::nullopt));
  }
  // In another process in slices that it takes.
  search.asked.clear();
  tests::Served served([&](service::http::Router& router) { api::add_searcher_routes(router, search, ends.key); });
  api::RemoteSearcher remote({"127.0.0.1", served.port()}, ends.key);
  const auto found = remote.find(std::vector<search::Lookup>(20, {"Björk Song 2", search::Kind::track, 1, 20}));
  REQUIRE(found);
  CHECK(found->size() == 20);
  CHECK(found->back() == search::Ids{asset_id(1), asset_id(2)});
  CHECK(search.asked == std::vector<std::size_t>{8, 8, 4});
}

TEST_CASE("no more than two smart lists share the patience of one question") {
  Ends ends;
  std::vector<std::size_t> asked;
  tests::Served served([&](service::http::Router& router) {
    router.add(service::http::Method::post, "/internal/v1/tracks/chosen", service::http::Runs::here,
               [&asked](const service::http::Request& request) {
                 const auto lists = nlohmann::json::parse(request.body)[0];
                 asked.push_back(lists.size());
                 const nlohmann::json none = std::vector<LibraryTracks::Ids>(lists.size());
                 return service::http::Response::json(nlohmann::json{{"answer", none}}.dump());
               });
  });
  api::RemoteTracks tracks({"127.0.0.1", served.port()}, ends.key);
  const auto chosen = tracks.chosen(std::vector<api::SmartList>(5, rules("ada", "")));
  REQUIRE(chosen);
  CHECK(chosen->size() == 5);
  CHECK(asked == std::vector<std::size_t>{2, 2, 1});
}

TEST_CASE("of a library that is gone, or answers something else, nothing is taken") {
  Ends ends;
  const auto nothing = [](LibraryTracks& tracks) {
    CHECK_FALSE(tracks.seen(kOpen, {"x"}));
    CHECK_FALSE(tracks.entries(kOpen, {"x"}));
    CHECK_FALSE(tracks.match(kOpen, {FileEntry{}}));
    CHECK_FALSE(tracks.chosen({rules("ada", "")}));
  };
  for (const char* body :
       {"", "[]", R"({"answer":{}})", R"({"answer":[7]})", R"({"answer":[{"asset":1,"by":"x"}]})", R"({"answer":null})"}) {
    CAPTURE(body);
    tests::Served served([body](service::http::Router& router) {
      router.add(service::http::Method::post, "/internal/v1/tracks/{question}", service::http::Runs::here,
                 [body](const service::http::Request&) { return service::http::Response::json(body); });
    });
    api::RemoteTracks tracks({"127.0.0.1", served.port()}, ends.key);
    nothing(tracks);
  }
  // One answer too few is none: which question it belongs to is not known.
  tests::Served few([](service::http::Router& router) {
    router.add(service::http::Method::post, "/internal/v1/tracks/{question}", service::http::Runs::here,
               [](const service::http::Request&) { return service::http::Response::json(R"({"answer":[]})"); });
  });
  api::RemoteTracks tracks({"127.0.0.1", few.port()}, ends.key);
  CHECK_FALSE(tracks.match(kOpen, {FileEntry{}}));
  CHECK_FALSE(tracks.chosen({rules("ada", "")}));
  ends.served.stop();
  nothing(ends.remote);
}
