// SPDX-License-Identifier: Apache-2.0
// What it costs that roles are processes: the index filled from the library here and over HTTP, and what search3 asks of it; who an API key
// belongs to, which is asked once a request; what playlists and the library ask each other about a list of 500.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <optional>

#include "catalog-api/accounts/accounts.h"
#include "catalog-api/accounts/directory_routes.h"
#include "catalog-api/accounts/remote_directory.h"
#include "catalog-api/api/local_search_source.h"
#include "catalog-api/api/local_tracks.h"
#include "catalog-api/api/remote_search_source.h"
#include "catalog-api/api/remote_searcher.h"
#include "catalog-api/api/remote_tracks.h"
#include "catalog-api/api/search_feed.h"
#include "catalog-api/api/search_source_routes.h"
#include "catalog-api/library/read.h"
#include "catalog-api/playlists/remote_lists.h"
#include "service/database_place.h"
#include "service/http/server.h"

using namespace segue;

namespace {

using Clock = std::chrono::steady_clock;

template <class T>
T must(Result<T> result) {
  if (!result) {
    std::fprintf(stderr, "%s\n", result.error().message.c_str());
    std::exit(1);
  }
  return std::move(*result);
}
void must(const Result<void>& result) {
  if (result) return;
  std::fprintf(stderr, "%s\n", result.error().message.c_str());
  std::exit(1);
}

double milliseconds(Clock::time_point start) { return std::chrono::duration<double, std::milli>(Clock::now() - start).count(); }

void fill(const char* name, api::SearchSource& source, search::Index& index, const std::string& folder) {
  std::filesystem::remove_all(folder);
  api::SearchFeed feed(source, index, folder);
  must(feed.open());
  const auto start = Clock::now();
  must(feed.catch_up(must(source.state())));
  std::printf("%-6s index of %zu tracks filled in %.0f ms\n", name, index.size(search::Kind::track), milliseconds(start));
  std::filesystem::remove_all(folder);
}

void print(const char* name, const char* what, std::vector<double> times) {
  std::sort(times.begin(), times.end());
  const auto at = [&](double share) { return times[static_cast<std::size_t>(static_cast<double>(times.size() - 1) * share)]; };
  std::printf("%-6s %zu %s: p50 %.3f p95 %.3f p99 %.3f ms\n", name, times.size(), what, at(0.5), at(0.95), at(0.99));
}

template <class Ask>
void time(const char* name, const char* what, std::size_t count, Ask ask) {
  std::vector<double> times;
  for (std::size_t i = 0; i < count; ++i) {
    const auto start = Clock::now();
    ask(i);
    times.push_back(milliseconds(start));
  }
  print(name, what, std::move(times));
}

// As search3 asks: the three kinds at once, twenty each.
void ask(const char* name, search::Searcher& searcher, const std::vector<std::string>& queries) {
  time(name, "questions of search3", queries.size(), [&](std::size_t i) {
    (void)must(searcher.find(
        {{queries[i], search::Kind::artist, 1, 20}, {queries[i], search::Kind::album, 1, 20}, {queries[i], search::Kind::track, 1, 20}}));
  });
}

// A list for getPlaylist, and which of its tracks a reader sees who does not see everything.
void ask(const char* name, playlists::Lists& lists, api::LibraryTracks& tracks, const playlists::Playlist& list) {
  constexpr std::size_t kTimes = 1000;
  time(name, "times a list of 500", kTimes, [&](std::size_t) { (void)must(lists.get("ada", list.id, "")); });
  std::vector<std::string> ids;
  for (const auto& item : list.list.items) ids.push_back(item.track);
  time(name, "times which of 500 are seen", kTimes, [&](std::size_t) { (void)must(tracks.seen(library::View{1}, ids)); });
}

void identify(const char* name, accounts::Directory& accounts, const std::string& key) {
  time(name, "times who it is", 20'000, [&](std::size_t) {
    if (!must(accounts.identify(key))) std::exit(1);
  });
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) {
    std::fprintf(stderr, "usage: bench_roles FOLDER (that bench_api made)\n");
    return 2;
  }
  const std::string folder = argv[1];
  const auto place = must(service::DatabasePlace::find(folder, {}));
  service::DatabasePool pool(place.database("library"));
  auto lists = must(playlists::Playlists::open(place));
  auto listening = must(listening::Listening::open(place));
  playlists::LocalLists local(lists);
  const auto count = [&] { return Result<std::optional<std::int64_t>>(must(lists.change_count())); };
  api::LocalSearchSource near(pool, local, count, listening, 20'000), served(pool, local, count, listening, 2'000);
  search::Index index, far_index;
  search::LocalSearcher searcher(index);
  const auto key = must(service::http::InternalKey::load(folder + "/internal.key"));
  api::Bell news;
  service::http::Router router;
  api::add_search_source_routes(router, served, news, key);
  api::add_searcher_routes(router, searcher, key);
  auto people = must(accounts::Accounts::open(place));
  accounts::add_directory_routes(router, people, key);
  playlists::add_lists_routes(router, local, key);
  api::SmartLists smart(pool, listening, people);
  api::LocalTracks tracks(pool, smart, searcher);
  api::add_tracks_routes(router, tracks, key);
  service::http::Metrics metrics(router);
  service::http::Server server(router, metrics, {});
  must(server.start());
  api::RemoteSearchSource far({"127.0.0.1", server.port()}, key, {});
  fill("here", near, index, folder + "/bench-near");
  fill("HTTP", far, far_index, folder + "/bench-far");
  auto database = must(pool.borrow());
  library::Reader reader(*database, library::kEverything);
  std::vector<std::string> queries;
  for (const auto& track : must(library::tracks(reader, {"WHERE a.row % 50 = 0 ORDER BY a.row LIMIT 2000", {}})))
    queries.push_back(track.title);
  api::RemoteSearcher far_searcher({"127.0.0.1", server.port()}, key);
  playlists::RemoteLists far_lists({"127.0.0.1", server.port()}, key);
  api::RemoteTracks far_tracks({"127.0.0.1", server.port()}, key);
  std::vector<std::string> ids;
  for (const auto& track : must(library::tracks(reader, {"ORDER BY a.row LIMIT 500", {}}))) ids.push_back(track.id);
  const auto list = std::get<playlists::Playlist>(must(lists.create("ada", "Five hundred", ids)));
  for (int round = 0; round < 2; ++round) {
    ask("here", searcher, queries);
    ask("HTTP", far_searcher, queries);
    ask("here", local, tracks, list);
    ask("HTTP", far_lists, far_tracks, list);
  }
  must(people.add("ada", "password of ada", "admin"));  // bench_api has made it: refused, which is as good
  const std::string bearer = must(people.add_credential("ada", accounts::CredentialKind::api_key, "bench", "read")).value->secret;
  accounts::RemoteDirectory far_people({"127.0.0.1", server.port()}, key);
  for (int round = 0; round < 2; ++round) {
    identify("here", people, bearer);
    identify("HTTP", far_people, bearer);
  }
  return 0;
}
