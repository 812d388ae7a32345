// SPDX-License-Identifier: Apache-2.0
// The search's source and the search itself, asked in this process and over HTTP: the same answers.
#include <future>
#include <map>
#include <optional>

#include "catalog-api/api/local_search_source.h"
#include "catalog-api/api/remote_search_source.h"
#include "catalog-api/api/remote_searcher.h"
#include "catalog-api/api/search_feed.h"
#include "catalog-api/api/search_source_routes.h"
#include "catalog-api/api/search_wire.h"
#include "catalog-api/listening/listening.h"
#include "tests/catalog-api/api/running.h"

using namespace segue;
using api::Stream;
using search::Kind;
using tests::asset_id;
using tests::Running;

namespace {

// What a small catalog left behind: three tracks of which one went, two lists of which one is private, plays.
struct Left : Running {
  Left() {
    for (int i = 1; i <= 3; ++i)
      publish(tests::make_asset(i, {{"title", {"Song " + std::to_string(i)}},
                                    {"titlesort", {"Sorted " + std::to_string(i)}},
                                    {"artist", {i == 2 ? "Áge" : "Björk"}},
                                    {"album", {"First"}},
                                    {"genre", {"Folk & <Roots>\t\""}},
                                    {"date", {"1993"}}}));
    start();
    const std::string who = log_in("ada", "admin");
    REQUIRE(send("POST", "/api/v1/playlists", R"({"name":"Mine"})", who).status == 201);
    const auto made = send("POST", "/api/v1/playlists", R"({"name":"Open"})", who);
    REQUIRE(made.status == 201);
    REQUIRE(send("PATCH", made.fields.at("location"), R"({"operations":[{"op":"set","public":true}]})",
                 who + "If-Match: " + made.fields.at("etag") + "\r\n")
                .status == 200);
    std::filesystem::remove_all(home.path() / "store" / asset_id(3));
    until([&] { return json("/api/v1/tracks")["tracks"].size() == 2; });
    stop();
    auto listening = listening::Listening::open(place);
    REQUIRE(listening);
    for (int i = 0; i < 3; ++i) REQUIRE(listening->played(1, asset_id(1), "", 1700000000 + i));
  }
};

struct Ends {
  explicit Ends(std::int64_t rows)
      : local(
            readers, lists, [this] { return Result<std::optional<std::int64_t>>(*playlists.change_count()); }, listening, rows) {
    api::add_search_source_routes(router, local, news, key);
    api::add_searcher_routes(router, searcher, key);
    metrics.emplace(router);
    server.emplace(router, *metrics, service::http::ServerOptions{});
    REQUIRE(server->start());
  }
  ~Ends() { news.close(); }
  Left left;
  service::DatabasePool readers{left.place.database("library")};
  playlists::Playlists playlists = std::move(*playlists::Playlists::open(left.place));
  playlists::LocalLists lists{playlists};
  listening::Listening listening = std::move(*listening::Listening::open(left.place));
  api::LocalSearchSource local;
  search::Index index;
  search::LocalSearcher searcher{index};
  api::Bell news;
  service::http::InternalKey key = std::move(*service::http::InternalKey::load(left.home / "internal.key"));
  service::http::Router router;
  std::optional<service::http::Metrics> metrics;
  std::optional<service::http::Server> server;
  [[nodiscard]] service::http::ServerName name() const { return {"127.0.0.1", server->port()}; }
};

}  // namespace

TEST_CASE("a source far away says what the one here says, slice by slice") {
  for (const std::int64_t rows : {1, 2, 100}) {
    Ends ends(rows);
    api::RemoteSearchSource remote(ends.name(), ends.key, {});
    const auto state = ends.local.state();
    REQUIRE(state);
    CHECK(state->revision > 0);
    CHECK(*remote.state() == *state);
    for (std::size_t stream = 0; stream < api::kStreamNames.size(); ++stream) {
      INFO(api::kStreamNames[stream] << " by " << rows);
      std::size_t told = 0;
      for (api::Wanted wanted{static_cast<Stream>(stream)};;) {
        const auto here = ends.local.slice(wanted), there = remote.slice(wanted);
        REQUIRE(here);
        REQUIRE(there);
        CHECK(*here == *there);
        told += here->documents.size() + here->gone.size();
        wanted.after = here->next;
        if (here->is_last) break;
      }
      constexpr std::array<std::size_t, 6> kTold{2, 2, 2, 1, 2, 1};
      CHECK(told == kTold[stream]);
    }
  }
}

TEST_CASE("an index that is fed from far away is the index that is fed here") {
  Ends ends(1);
  api::RemoteSearchSource remote(ends.name(), ends.key, {});
  search::Index far;
  api::SearchFeed near_feed(ends.local, ends.index, ends.left.home / "near"), far_feed(remote, far, ends.left.home / "far");
  for (api::SearchFeed* feed : {&near_feed, &far_feed}) {
    const auto state = remote.state();
    REQUIRE(state);
    REQUIRE(feed->open());
    REQUIRE(feed->catch_up(*state));
    REQUIRE(feed->catch_up_lists(*state->lists));
    REQUIRE(feed->catch_up_plays());
    CHECK(feed->state() == *state);
  }
  for (const Kind kind : {Kind::artist, Kind::album, Kind::track, Kind::playlist}) CHECK(far.size(kind) == ends.index.size(kind));
  CHECK(far.find(Kind::track, asset_id(1)) == ends.index.find(Kind::track, asset_id(1)));
  CHECK(far.find(Kind::track, asset_id(1))->popularity == 3);
  CHECK_FALSE(far.find(Kind::track, asset_id(3)));

  api::RemoteSearcher searcher(ends.name(), ends.key);
  for (const std::vector<search::Lookup>& lookups : {
           std::vector<search::Lookup>{},
           {{"song", Kind::track, 1, 10}},
           {{"song", Kind::track, 1, 1}, {"first", Kind::album, 1, 10}, {"björk", Kind::artist, 1, 10}, {"open", Kind::playlist, 1, 10}},
           {{"song", Kind::track, 2, 10}},      // a library that nothing is in
           {{"sorted 2", Kind::track, 1, 10}},  // an alias
           {{"", Kind::track, 1, 10}},
           {{"\"\\\xF0\x9F\x8E\xB5", Kind::track, 1, 0}},
           {{"song", Kind::track, 1, 100'000'000}},  // no more than the index scores
       }) {
    const auto here = ends.searcher.find(lookups), there = searcher.find(lookups);
    REQUIRE(here);
    REQUIRE(there);
    CHECK(*here == *there);
  }
}

TEST_CASE("news are told when they come, and to nobody who has left") {
  Ends ends(100);
  std::stop_source stop;
  api::RemoteSearchSource remote(ends.name(), ends.key, stop.get_token());
  const auto before = remote.state();
  REQUIRE(before);
  auto told = std::async(std::launch::async, [&] { return remote.state_after(*before, std::chrono::seconds(30)); });
  const auto made = ends.playlists.create("ada", "New", {});
  REQUIRE(made);
  ends.news.ring();
  const auto after = told.get();
  REQUIRE(after);
  CHECK(after->lists > before->lists);
  auto waiting = std::async(std::launch::async, [&] { return remote.state_after(*after, std::chrono::seconds(30)); });
  stop.request_stop();
  CHECK_FALSE(waiting.get());
}

TEST_CASE("what is not of their form is refused by both ends") {
  for (const char* text :
       {"", "[]", "{}", "nonsense", R"({"incarnation":1,"revision":1,"lists":1})", R"({"lookups":1,"ids":{}})",
        R"({"incarnation":"a","revision":-1.5,"lists":1})", R"({"ids":[[1]],"lookups":[["x","song",1,1]]})",
        R"({"lookups":[["x","track",-1,1]]})", R"({"lookups":[["x","track",4294967296,1]]})",
        R"({"documents":[["track","id","n","","","",70000,1,0,[]]],"gone":[],"next":[0,""],"is_last":true})",
        R"({"documents":[],"gone":[["track"]],"next":[0,""],"is_last":true})", R"({"documents":[],"gone":[],"next":[0],"is_last":true})"}) {
    INFO(text);
    CHECK_FALSE(api::read_state(text));
    CHECK_FALSE(api::read_slice(text));
    CHECK_FALSE(api::read_lookups(text));
    CHECK_FALSE(api::read_ids(text));
  }
}

namespace {

// A library that does not get on with its answer.
struct Stuck : api::SearchSource {
  Result<api::SourceState> state() override { return api::SourceState{"one", 1, 0}; }
  Result<api::Slice> slice(const api::Wanted&) override {
    asked.set_value();
    goes_on.get_future().wait();
    return Error{"gone"};
  }
  std::promise<void> asked, goes_on;
};

}  // namespace

TEST_CASE("what the index has is told while it is brought level") {
  const tests::Folder folder;
  Stuck source;
  search::Index index;
  api::SearchFeed feed(source, index, folder.path() / "search");
  REQUIRE(feed.open());
  auto level = std::async(std::launch::async, [&] { return feed.catch_up({"one", 1, 0}); });
  source.asked.get_future().wait();
  auto told = std::async(std::launch::async, [&] { return feed.state(); });
  const bool at_once = told.wait_for(std::chrono::seconds(20)) == std::future_status::ready;
  source.goes_on.set_value();
  CHECK(at_once);
  CHECK(told.get() == api::SourceState{"one", 0, 0});
  CHECK_FALSE(level.get());
}

namespace {

// Tracks and public lists by the revision, or the count, that made them.
struct Shelf : api::SearchSource {
  api::SourceState now{"one", 0, 0};
  std::map<std::string, std::int64_t> tracks, lists;

  void put(const std::string& track) { tracks[track] = ++now.revision; }
  void show(const std::string& list) { lists[list] = ++*now.lists; }
  Result<api::SourceState> state() override { return now; }
  Result<api::Slice> slice(const api::Wanted& wanted) override {
    api::Slice slice;
    const bool is_lists = wanted.stream == Stream::lists;
    if (!is_lists && wanted.stream != Stream::tracks) return slice;
    for (const auto& [name, since] : is_lists ? lists : tracks)
      if (since > wanted.since) slice.documents.push_back({is_lists ? Kind::playlist : Kind::track, name, name, {}, {}, {}, {}, 0, 1, 0});
    return slice;
  }
};

std::string found_in(const search::Index& index) {
  std::string found;
  for (const char* name : {"a", "b", "c", "d"}) {
    if (index.find(Kind::track, name)) found += name;
    if (index.find(Kind::playlist, name)) found += std::string("[") + name + ']';
  }
  return found;
}

}  // namespace

TEST_CASE("a library that was put back as it was before takes what came later out of the index, its lists too") {
  const tests::Folder folder;
  for (const bool is_renamed : {true, false}) {  // by `segue restore`; or its file by hand
    for (const bool is_grown : {true, false}) {  // beyond what the index knew, with other things
      if (!is_renamed && is_grown) continue;     // nothing tells that
      CAPTURE(is_renamed, is_grown);
      std::filesystem::remove_all(folder.path() / "search");
      Shelf source;
      search::Index index;
      std::optional<api::SearchFeed> feed(std::in_place, source, index, folder.path() / "search");
      REQUIRE(feed->open());
      source.put("a");
      source.show("b");
      const Shelf backup = source;
      source.put("c");
      source.show("d");
      REQUIRE(feed->catch_up(source.now));
      REQUIRE(feed->catch_up_lists(*source.now.lists));
      REQUIRE(feed->save());
      CHECK(found_in(index) == "a[b]c[d]");
      source.tracks = backup.tracks;
      source.lists = backup.lists;
      source.now = backup.now;
      if (is_renamed) source.now.incarnation = "two";
      if (is_grown) {
        for (int i = 0; i < 3; ++i) source.put("d");
        for (int i = 0; i < 3; ++i) source.show("c");
      }
      REQUIRE(feed->catch_up(source.now));
      const std::string wanted = is_grown ? "a[b][c]d" : "a[b]";
      CHECK(found_in(index) == wanted);
      CHECK(feed->state() == source.now);
      REQUIRE(feed->save());
      search::Index again;
      feed.reset();
      api::SearchFeed restarted(source, again, folder.path() / "search");
      REQUIRE(restarted.open());
      CHECK(found_in(again) == wanted);
    }
  }
}

TEST_CASE("a snapshot beyond the library is not taken, where several lie in the folder") {
  const tests::Folder folder;
  Shelf source;
  {
    search::Index index;
    api::SearchFeed feed(source, index, folder.path() / "search");
    REQUIRE(feed.open());
    for (const char* track : {"a", "b", "c"}) source.put(track);
    REQUIRE(feed.catch_up(source.now));
    REQUIRE(feed.save());
  }
  std::filesystem::create_directories(folder.path() / "search" / "left");
  source.tracks = {{"a", 1}};
  source.now.revision = 1;
  search::Index index;
  api::SearchFeed feed(source, index, folder.path() / "search");
  REQUIRE(feed.open());
  REQUIRE(feed.catch_up(source.now));
  CHECK(found_in(index) == "a");
}

TEST_CASE("two searches do not keep their snapshots in one folder") {
  const tests::Folder folder;
  Shelf source;
  search::Index index, other;
  {
    api::SearchFeed feed(source, index, folder.path() / "search");
    REQUIRE(feed.open());
    api::SearchFeed second(source, other, folder.path() / "search");
    const auto opened = second.open();
    REQUIRE_FALSE(opened);
    CHECK(opened.error().message ==
          (folder.path() / "search").string() + ": another search keeps its snapshots there; each needs a home of its own");
  }
  api::SearchFeed feed(source, other, folder.path() / "search");
  CHECK(feed.open());
}
