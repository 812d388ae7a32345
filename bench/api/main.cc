// SPDX-License-Identifier: Apache-2.0
// The catalog over HTTP with a large library: how fast it is imported, how fast the index is filled, how long a search takes as a client
// sees it and how often the first ten tracks hold what was meant, and addresses to run a load generator against: an album's page, what is
// new, a playlist of 500 (with the header that lets in).
//   bench_api TRACKS FOLDER [QUERIES]     with SEGUE_BENCH_SERVE set: goes on serving until its standard input ends
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <iostream>

#include "bench/search/names.h"
#include "bench/search/noise.h"
#include "catalog-api/api/library_routes.h"
#include "catalog-api/api/playlist_routes.h"
#include "catalog-api/api/search_feed.h"
#include "catalog-api/api/search_routes.h"
#include "catalog-api/library/library.h"
#include "catalog-api/library/read.h"
#include "service/http/server.h"
#include "service/http/url.h"
#include "tests/service/http/client.h"

namespace {

using namespace segue;
using Clock = std::chrono::steady_clock;

double since(Clock::time_point start) { return std::chrono::duration<double>(Clock::now() - start).count(); }

double resident_mib() {
  long pages = 0, resident = 0;
  if (std::FILE* file = std::fopen("/proc/self/statm", "r")) {
    if (std::fscanf(file, "%ld %ld", &pages, &resident) != 2) resident = 0;
    std::fclose(file);
  }
  return static_cast<double>(resident) * 4096 / (1 << 20);
}

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

std::string asset_id(std::size_t number) {
  std::string id(26, 'a');
  for (std::size_t i = 26; number > 0; number /= 32) id[--i] = "abcdefghijklmnopqrstuvwxyz234567"[number % 32];
  return id;
}

media::Asset asset_of(const search::Document& track, std::size_t number) {
  media::Asset asset;
  asset.id = asset_id(number);
  asset.kind = "track";
  asset.created_unix = 1700000000 + static_cast<std::int64_t>(number);
  asset.duration = {180, 1};
  asset.cover = "cover.jpg";
  asset.tags = {{"title", {track.name}}, {"artist", {track.by}}, {"album", {track.in}}, {"track", {std::to_string(number % 12 + 1)}}};
  if (!track.genre.empty()) asset.tags["genre"] = {track.genre};
  if (track.year != 0) asset.tags["date"] = {std::to_string(track.year)};
  return asset;
}

void import(library::Library& library, std::vector<search::Document>& tracks) {
  const auto start = Clock::now();
  for (std::size_t from = 0; from < tracks.size(); from += 1000) {
    auto batch = must(library::Batch::begin(library));
    for (std::size_t i = from; i < std::min(tracks.size(), from + 1000); ++i) must(batch.put(asset_of(tracks[i], i + 1), "s"));
    must(batch.commit());
  }
  const double took = since(start);
  std::printf("imported %zu tracks in %.1f s (%.0f/s); resident %.0f MiB, names of the bench included\n", tracks.size(), took,
              static_cast<double>(tracks.size()) / took, resident_mib());
}

struct Case {
  std::string query, wanted;  // wanted: a track's id; empty: any answer will do
};

void measure(tests::Client& client, const std::string& what, const std::vector<Case>& cases) {
  std::vector<double> times;
  std::size_t wanted = 0, hit = 0;
  for (const Case& one : cases) {
    const std::string target = "/api/v1/search?q=" + service::http::percent_encode(one.query);
    const auto start = Clock::now();
    const auto answer = client.get(target);
    times.push_back(since(start) * 1000);
    wanted += !one.wanted.empty();
    hit += !one.wanted.empty() && answer.body.find("\"kind\":\"track\",\"id\":\"" + one.wanted + '"') != std::string::npos;
    if (answer.status != 200) std::printf("%s: status %d\n", target.c_str(), answer.status);
  }
  std::sort(times.begin(), times.end());
  const auto at = [&](double share) { return times[static_cast<std::size_t>(static_cast<double>(times.size() - 1) * share)]; };
  std::printf("search over HTTP, %-20s p50 %7.3f  p95 %7.3f  p99 %7.3f ms", what.c_str(), at(0.5), at(0.95), at(0.99));
  if (wanted > 0) std::printf("  recall@10 %.3f", static_cast<double>(hit) / static_cast<double>(wanted));
  std::printf("\n");
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
  std::vector<search::Document> targets;  // with the ids that the library gives them
  {
    auto made = bench::make_library(std::strtoull(argv[1], nullptr, 10), 42);
    for (std::size_t i = 0; i < queries; ++i) {
      const std::size_t number = random() % made.tracks.size();
      targets.push_back(made.tracks[number]);
      targets.back().id = asset_id(number + 1);
    }
    if (must(library.revision()) == 0) import(library, made.tracks);
  }
  service::DatabasePool pool(place.database("library"));
  search::Index index;
  api::SearchFeed feed(pool, index, folder + "/search");
  must(feed.open());
  const auto start = Clock::now();
  must(feed.catch_up());
  std::printf("index filled from the library in %.1f s; resident %.0f MiB\n", since(start), resident_mib());

  auto accounts = must(accounts::Accounts::open(place));
  auto seal = must(service::http::CursorSeal::load(folder + "/cursor.key"));
  api::Guard guard(accounts, true);
  service::http::Router router;
  api::ResponseCache cache;
  cache.set_revision(must(library.revision()));
  api::add_library_routes(router, pool, seal, guard, cache);
  api::add_search_routes(router, index, guard);
  auto lists = must(playlists::Playlists::open(folder));
  auto replays = must(api::Replays::open(folder));
  api::add_playlist_routes(router, {lists, accounts, pool}, guard, replays);
  service::http::Metrics metrics(router);
  service::http::Server server(router, metrics, {});
  must(server.start());
  tests::Client client(server.port());
  for (const std::size_t letters : {1, 2, 3, 4, 6, 8}) {
    std::vector<Case> typed;
    for (const auto& target : targets) typed.push_back({bench::first_letters(random() % 2 ? target.name : target.by, letters), ""});
    measure(client, "prefix of " + std::to_string(letters), typed);
  }
  for (std::size_t noise = 0; noise < bench::kNoiseNames.size(); ++noise) {
    std::vector<Case> typed;
    for (const auto& target : targets) typed.push_back({bench::noisy_query(target, static_cast<bench::Noise>(noise), random), target.id});
    measure(client, std::string(bench::kNoiseNames[noise]), typed);
  }
  library::Reader everything(library.database(), library::kEverything);
  const auto found = must(library::albums(everything, {"WHERE b.songs BETWEEN 8 AND 14 ORDER BY b.row LIMIT 1", {}}));
  if (!found.empty()) std::printf("http://127.0.0.1:%u/api/v1/albums/%s\n", server.port(), found.front().id.c_str());
  std::printf("http://127.0.0.1:%u/api/v1/albums?order=newest&limit=50\n", server.port());
  must(accounts.add("ada", "password of ada", "admin"));
  const auto key = must(accounts.add_credential("ada", accounts::CredentialKind::api_key, "bench", "read"));
  std::vector<std::string> tracks;
  for (std::size_t i = 1; i <= 500; ++i) tracks.push_back(asset_id(i));
  const auto list = must(lists.create("ada", "Five hundred", tracks));
  std::printf("http://127.0.0.1:%u/api/v1/playlists/%s Authorization: Bearer %s\n", server.port(),
              std::get<playlists::Playlist>(list).id.c_str(), key.value->secret.c_str());
  std::fflush(stdout);
  if (std::getenv("SEGUE_BENCH_SERVE") != nullptr)
    for (std::string line; std::getline(std::cin, line);) continue;
  return 0;
}
