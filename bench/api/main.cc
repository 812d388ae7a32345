// SPDX-License-Identifier: Apache-2.0
// The catalog over HTTP with a large library: how fast it is imported, how fast the index is filled, how long a search takes as a client
// sees it and how often the first ten tracks hold what was meant, and addresses to run a load generator against: an album's page, what is
// new, a playlist of 500 (with the header that lets in).
//   bench_api TRACKS FOLDER [QUERIES]     with SEGUE_BENCH_SERVE set: goes on serving until its standard input ends; with
//   SEGUE_BENCH_AGAIN: a library that is full already is put in again; with SEGUE_BENCH_ALIASES: each track has names to be sorted by
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <iostream>
#include <map>
#include <random>

#include "bench/search/memory.h"
#include "bench/search/names.h"
#include "bench/search/over_http.h"
#include "catalog-api/accounts/accounts.h"
#include "catalog-api/api/library_routes.h"
#include "catalog-api/api/local_search_source.h"
#include "catalog-api/api/local_tracks.h"
#include "catalog-api/api/playlist_routes.h"
#include "catalog-api/api/search_feed.h"
#include "catalog-api/api/search_routes.h"
#include "catalog-api/library/library.h"
#include "catalog-api/library/read.h"
#include "service/http/server.h"

namespace {

using namespace segue;
using Clock = std::chrono::steady_clock;

double since(Clock::time_point start) { return std::chrono::duration<double>(Clock::now() - start).count(); }

template <class T>
T must(Result<T> result) {
  if (result) return std::move(*result);
  std::fprintf(stderr, "bench_api: %s\n", result.error().message.c_str());
  std::exit(1);
}
void must(const Result<void>& result) {
  if (result) return;
  std::fprintf(stderr, "bench_api: %s\n", result.error().message.c_str());
  std::exit(1);
}

media::Asset asset_of(const search::Document& track, std::size_t number) {
  media::Asset asset;
  asset.id = bench::number_id(number);
  asset.kind = "track";
  asset.created_unix = 1700000000 + static_cast<std::int64_t>(number);
  asset.duration = {180, 1};
  asset.cover = "cover.jpg";
  asset.tags = {{"title", {track.name}}, {"artist", {track.by}}, {"album", {track.in}}, {"track", {std::to_string(number % 12 + 1)}}};
  if (!track.genre.empty()) asset.tags["genre"] = {track.genre};
  if (std::getenv("SEGUE_BENCH_ALIASES") != nullptr) {
    asset.tags["titlesort"] = {track.name + ", A"};
    asset.tags["artistsort"] = {track.by + ", The"};
  }
  if (track.year != 0) asset.tags["date"] = {std::to_string(track.year)};
  return asset;
}

// As many assets in a transaction as a scan takes.
constexpr std::size_t kBatch = 1000;

// Makes the library again and puts it in: into an empty one, or all that is there already, unchanged.
void import(library::Library& library, std::size_t tracks, const char* what) {
  const auto start = Clock::now();
  std::vector<media::Asset> waiting;
  std::size_t number = 0;
  double making = 0;  // the bench's own part
  auto made = Clock::now();
  const auto put = [&] {
    making += since(made);
    auto batch = must(library::Batch::begin(library));
    for (const media::Asset& asset : waiting) must(batch.put(asset, "s"));
    must(batch.commit());
    waiting.clear();
    made = Clock::now();
  };
  bench::make_library(tracks, 42, [&](const search::Document& document) {
    if (document.kind != search::Kind::track) return;
    waiting.push_back(asset_of(document, ++number));
    if (waiting.size() == kBatch) put();
  });
  put();
  const double took = since(start) - making;
  std::printf("%s %zu tracks in %.1f s (%.0f/s), making them not counted; %.1f s of processor time, all in all\n", what, number, took,
              static_cast<double>(number) / took, static_cast<double>(std::clock()) / CLOCKS_PER_SEC);
  bench::print_memory(what);
}

// What is searched for, with the ids that the library gives them.
std::vector<search::Document> targets_of(std::size_t tracks, std::size_t queries, std::mt19937_64& random) {
  std::multimap<std::size_t, std::size_t> wanted;
  for (std::size_t i = 0; i < queries; ++i) wanted.emplace(random() % tracks + 1, i);
  std::vector<search::Document> targets(queries);
  std::size_t number = 0;
  if (queries == 0) return targets;
  bench::make_library(tracks, 42, [&](const search::Document& document) {
    if (document.kind != search::Kind::track) return;
    ++number;
    const auto [begin, end] = wanted.equal_range(number);
    for (auto at = begin; at != end; ++at) (targets[at->second] = document).id = bench::number_id(number);
  });
  return targets;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 3) {
    std::fprintf(stderr, "usage: bench_api TRACKS FOLDER [QUERIES]\n");
    return 2;
  }
  const std::string folder = argv[2];
  const std::size_t queries = argc > 3 ? std::strtoull(argv[3], nullptr, 10) : 1000;
  const auto place = must(service::DatabasePlace::find(folder, {}));  // SEGUE_DATABASE may say PostgreSQL
  auto library = must(library::Library::open(place.database("library")));
  std::mt19937_64 random(7);
  const std::size_t count = std::strtoull(argv[1], nullptr, 10);
  std::vector<search::Document> targets = targets_of(count, queries, random);
  if (must(library.revision()) == 0)
    import(library, count, "imported");
  else if (std::getenv("SEGUE_BENCH_AGAIN") != nullptr)
    import(library, count, "the same again:");
  service::DatabasePool pool(place.database("library"));
  search::Index index;
  auto lists = must(playlists::Playlists::open(folder));
  auto listening = must(listening::Listening::open(place));
  playlists::LocalLists local(lists);
  const auto changes = [&] { return Result<std::optional<std::int64_t>>(must(lists.change_count())); };
  api::LocalSearchSource source(pool, local, changes, listening, 20'000);
  api::SearchFeed feed(source, index, folder + "/search");
  must(feed.open());
  const auto start = Clock::now();
  must(feed.catch_up(must(source.state())));
  must(feed.save());  // the next run is ready in a second
  std::printf("index filled from the library in %.1f s\n", since(start));
  bench::print_memory("index filled");

  auto accounts = must(accounts::Accounts::open(place));
  auto seal = must(service::http::CursorSeal::load(folder + "/cursor.key"));
  api::Guard guard(accounts, true, !place.server.empty());
  service::http::Router router;
  api::ResponseCache cache;
  cache.set_revision(must(library.revision()));
  api::add_library_routes(router, {pool, seal, cache, folder}, guard);
  api::add_search_routes(router, index, guard);
  auto replays = must(api::Replays::open(folder));
  api::SmartLists smart(pool, listening, accounts);
  search::LocalSearcher searcher(index);
  api::LocalTracks tracks_of(pool, smart, searcher);
  api::add_playlist_routes(router, {lists, accounts, tracks_of, seal}, guard, replays, cache);
  service::http::Metrics metrics(router);
  service::http::Server server(router, metrics, {});
  must(server.start());
  tests::Client client(server.port());
  bench::ask_over_http(client, "", bench::questions_about(targets, random));
  library::Reader everything(library.database(), library::kEverything);
  const auto found = must(library::albums(everything, {"WHERE b.songs BETWEEN 8 AND 14 ORDER BY b.row LIMIT 1", {}}));
  if (!found.empty()) std::printf("http://127.0.0.1:%u/api/v1/albums/%s\n", server.port(), found.front().id.c_str());
  std::printf("http://127.0.0.1:%u/api/v1/albums?order=newest&limit=50\n", server.port());
  must(accounts.add("ada", "password of ada", "admin"));
  const auto key = must(accounts.add_credential("ada", accounts::CredentialKind::api_key, "bench", "read"));
  std::vector<std::string> tracks;
  for (std::size_t i = 1; i <= 500; ++i) tracks.push_back(bench::number_id(i));
  const auto list = must(lists.create("ada", "Five hundred", tracks));
  std::printf("http://127.0.0.1:%u/api/v1/playlists/%s Authorization: Bearer %s\n", server.port(),
              std::get<playlists::Playlist>(list).id.c_str(), key.value->secret.c_str());
  std::fflush(stdout);
  if (std::getenv("SEGUE_BENCH_SERVE") != nullptr)
    for (std::string line; std::getline(std::cin, line);) continue;
  return 0;
}
