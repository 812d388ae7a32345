// SPDX-License-Identifier: Apache-2.0
// What it costs that the search is another process: the index filled from the library here and over HTTP, and what search3 asks of it; and
// that accounts are: who an API key belongs to, which is asked once a request.
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
#include "catalog-api/api/remote_search_source.h"
#include "catalog-api/api/remote_searcher.h"
#include "catalog-api/api/search_feed.h"
#include "catalog-api/api/search_source_routes.h"
#include "catalog-api/library/read.h"
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

// As search3 asks: the three kinds at once, twenty each.
void ask(const char* name, search::Searcher& searcher, const std::vector<std::string>& queries) {
  std::vector<double> times;
  for (const std::string& query : queries) {
    const auto start = Clock::now();
    (void)must(
        searcher.find({{query, search::Kind::artist, 1, 20}, {query, search::Kind::album, 1, 20}, {query, search::Kind::track, 1, 20}}));
    times.push_back(milliseconds(start));
  }
  print(name, "questions of search3", std::move(times));
}

void identify(const char* name, accounts::Directory& accounts, const std::string& key) {
  std::vector<double> times;
  for (int i = 0; i < 20'000; ++i) {
    const auto start = Clock::now();
    if (!must(accounts.identify(key))) std::exit(1);
    times.push_back(milliseconds(start));
  }
  print(name, "times who it is", std::move(times));
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
  api::LocalSearchSource near(pool, lists, listening, 20'000), served(pool, lists, listening, 2'000);
  search::Index index, far_index;
  search::LocalSearcher searcher(index);
  const auto key = must(service::http::InternalKey::load(folder + "/internal.key"));
  api::Bell news;
  service::http::Router router;
  api::add_search_source_routes(router, served, news, key);
  api::add_searcher_routes(router, searcher, key);
  auto people = must(accounts::Accounts::open(place));
  accounts::add_directory_routes(router, people, key);
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
  for (int round = 0; round < 2; ++round) {
    ask("here", searcher, queries);
    ask("HTTP", far_searcher, queries);
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
