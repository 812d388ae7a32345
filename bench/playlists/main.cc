// SPDX-License-Identifier: Apache-2.0
// Playlist writes: how many durable ones a second (synchronous=FULL, each answered after its sync), from the class itself and as clients
// see it over HTTP; and how long one edit of a list of 10,000 items takes.
//   bench_playlists FOLDER [SECONDS]     SECONDS 0: only the long list; on PostgreSQL when SEGUE_DATABASE says so
#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <thread>

#include "catalog-api/accounts/accounts.h"
#include "catalog-api/api/local_tracks.h"
#include "catalog-api/api/playlist_routes.h"
#include "catalog-api/api/response_cache.h"
#include "service/http/server.h"
#include "tests/service/http/client.h"

namespace {

using namespace segue;
using Clock = std::chrono::steady_clock;
using playlists::Playlist;
using playlists::Playlists;

double since(Clock::time_point start) { return std::chrono::duration<double>(Clock::now() - start).count(); }

template <class T>
T must(Result<T> result) {
  if (result) return std::move(*result);
  std::fprintf(stderr, "bench_playlists: %s\n", result.error().message.c_str());
  std::exit(1);
}
template <class T>
T agreed(Result<playlists::Answer<T>> result) {
  auto answer = must(std::move(result));
  if (auto* value = std::get_if<T>(&answer)) return std::move(*value);
  std::fprintf(stderr, "bench_playlists: %s\n", std::get<playlists::Refusal>(answer).detail.c_str());
  std::exit(1);
}

// `threads` do work(thread) over and over for so long; returns how often a second.
template <class Work>
double rate(unsigned threads, double seconds, Work work) {
  std::atomic<std::uint64_t> done = 0;
  std::atomic<bool> is_over = false;
  std::vector<std::thread> all;
  const auto start = Clock::now();
  for (unsigned i = 0; i < threads; ++i)
    all.emplace_back([&, i] {
      while (!is_over) {
        work(i);
        ++done;
      }
    });
  std::this_thread::sleep_for(std::chrono::duration<double>(seconds));
  is_over = true;
  for (std::thread& thread : all) thread.join();
  return static_cast<double>(done) / since(start);
}

playlists::Edit one_add() { return {{playlists::Add{{{"", "aaaaaaaaaaaaaaaaaaaaaaaaab", "", 0}}, "", true}}, "", false}; }

void measure_class(Playlists& lists, double seconds) {
  for (const unsigned threads : {1U, 8U, 64U}) {
    std::vector<std::string> ids;
    for (unsigned i = 0; i < threads; ++i) ids.push_back(agreed(lists.create("ada", "Mix", {})).id);
    const double writes = rate(threads, seconds, [&](unsigned i) { agreed(lists.edit("ada", ids[i], one_add())); });
    std::printf("class, %2u writers, a list each: %7.0f durable writes/s\n", threads, writes);
  }
  const std::string shared = agreed(lists.create("ada", "Mix", {})).id;
  std::printf("class, 64 writers, one list:    %7.0f durable writes/s\n",
              rate(64, seconds, [&](unsigned) { agreed(lists.edit("ada", shared, one_add())); }));
}

void measure_http(Playlists& lists, const service::DatabasePlace& place, double seconds) {
  auto accounts = must(accounts::Accounts::open(place));
  if (must(accounts.users()).empty()) must(accounts.add("ada", "password of ada", "admin"));
  const auto key = must(accounts.add_credential("ada", accounts::CredentialKind::api_key, "bench", "write"));
  const std::string who = "Authorization: Bearer " + key.value->secret + "\r\n";
  auto replays = must(api::Replays::open(place));
  api::Guard guard(accounts, true);
  service::http::Router router;
  service::DatabasePool library(place.database("library"));
  api::ResponseCache kept;
  auto seal = must(service::http::CursorSeal::load(place.folder + "/cursor.key"));
  auto listening = must(listening::Listening::open(place));
  api::SmartLists smart(library, listening, accounts);
  search::Index index;
  search::LocalSearcher searcher(index);
  api::LocalTracks tracks(library, smart, searcher);
  api::add_playlist_routes(router, {lists, accounts, tracks, seal}, guard, replays, kept);
  service::http::Metrics metrics(router);
  service::http::Server server(router, metrics, {});
  if (auto started = server.start(); !started) std::exit(1);
  constexpr unsigned kClients = 64;
  std::vector<std::unique_ptr<tests::Client>> clients;
  std::vector<std::string> requests;
  const std::string body = R"({"operations":[{"op":"add","items":[{"track":"aaaaaaaaaaaaaaaaaaaaaaaaab"}]}]})";
  for (unsigned i = 0; i < kClients; ++i) {
    clients.push_back(std::make_unique<tests::Client>(server.port()));
    requests.push_back("PATCH /api/v1/playlists/" + agreed(lists.create("ada", "Mix", {})).id +
                       " HTTP/1.1\r\nHost: b\r\nContent-Length: " + std::to_string(body.size()) + "\r\n" + who + "\r\n" + body);
  }
  std::atomic<int> refused = 0;
  const double writes = rate(kClients, seconds, [&](unsigned i) {
    clients[i]->send(requests[i]);
    if (clients[i]->receive().status != 200) ++refused;
  });
  std::printf("HTTP, %u clients, a list each:  %7.0f durable writes/s (%d refused); clients share the machine\n", kClients, writes,
              refused.load());
}

void measure_long(Playlists& lists) {
  constexpr std::size_t kEdits = 3000;  // some snapshots among them
  const std::vector<std::string> tracks(10'000, "aaaaaaaaaaaaaaaaaaaaaaaaab");
  const Playlist made = agreed(lists.create("ada", "Long", tracks));
  const auto& items = made.list.items;
  std::vector<double> times;
  for (std::size_t i = 0; i < kEdits; ++i) {
    const std::size_t at = i * 7 % 9'000;
    playlists::Operation operation = playlists::Move{{items[at].uid}, items[9'999 - at].uid};
    if (i % 3 == 1) operation = playlists::Remove{{items[(i * 13) % 10'000].uid}};
    if (i % 3 == 2) operation = playlists::Add{{{"", "aaaaaaaaaaaaaaaaaaaaaaaaab", "", 0}}, items[i % 10'000].uid, false};
    const auto start = Clock::now();
    agreed(lists.edit("ada", made.id, {{operation}, "", false}));
    times.push_back(since(start) * 1000);
  }
  std::sort(times.begin(), times.end());
  std::printf("an edit of 10,000 items, durable: p50 %.2f  p95 %.2f  p99 %.2f  most %.2f ms\n", times[kEdits / 2], times[kEdits * 95 / 100],
              times[kEdits * 99 / 100], times.back());
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 2) {
    std::fprintf(stderr, "usage: bench_playlists FOLDER [SECONDS]\n");
    return 2;
  }
  const double seconds = argc > 2 ? std::strtod(argv[2], nullptr) : 5;
  const auto place = must(service::DatabasePlace::find(argv[1], {}));
  Playlists lists = must(Playlists::open(place));
  if (seconds > 0) {
    measure_class(lists, seconds);
    measure_http(lists, place, seconds);
  }
  measure_long(lists);
  return 0;
}
