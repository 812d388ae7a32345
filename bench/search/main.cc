// SPDX-License-Identifier: Apache-2.0
// Search over a made-up library: time to build, memory, processor time by kind of query, recall@10 of noisy queries, and Xapian beside
// it.
//   bench_search [TRACKS [QUERIES [FOLDER]]]    FOLDER: where Xapian's database and the snapshots go; without it, both are left out
#include <sys/resource.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <optional>

#include "bench/search/names.h"
#include "bench/search/noise.h"
#include "bench/search/xapian.h"
#include "catalog-api/search/index.h"

namespace {

using namespace segue;
using Clock = std::chrono::steady_clock;

double since(Clock::time_point start) { return std::chrono::duration<double>(Clock::now() - start).count(); }

// Of this thread: other programs on the machine do not count, and no engine here waits for a disk.
double cpu_ms() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) * 1e3 + static_cast<double>(now.tv_nsec) / 1e6;
}

double resident_mib() {
  long pages = 0, resident = 0;
  if (std::FILE* file = std::fopen("/proc/self/statm", "r")) {
    if (std::fscanf(file, "%ld %ld", &pages, &resident) != 2) resident = 0;
    std::fclose(file);
  }
  return static_cast<double>(resident) * 4096 / (1 << 20);
}

struct Case {
  std::string query, wanted;  // wanted: a track's id, or empty
  std::string meant;          // title and artist, for a look at the misses
};
using Engine = std::function<std::vector<std::string>(const std::string&)>;

void measure(const char* engine_name, const std::string& what, const std::vector<Case>& cases, const Engine& engine) {
  std::vector<double> times;
  std::size_t wanted = 0, hit = 0;
  for (const Case& one : cases) {
    const double start = cpu_ms();
    const auto ids = engine(one.query);
    times.push_back(cpu_ms() - start);
    if (one.wanted.empty()) continue;
    ++wanted;
    const auto found = static_cast<std::size_t>(std::count(ids.begin(), ids.end(), one.wanted));
    hit += found;
    if (found == 0 && std::getenv("SEGUE_BENCH_MISSES") != nullptr) std::printf("miss: %s -> %s\n", one.query.c_str(), one.meant.c_str());
  }
  std::sort(times.begin(), times.end());
  const auto at = [&](double share) { return times[static_cast<std::size_t>(static_cast<double>(times.size() - 1) * share)]; };
  std::printf("%-8s %-20s p50 %8.3f  p95 %8.3f  p99 %8.3f ms", engine_name, what.c_str(), at(0.5), at(0.95), at(0.99));
  if (wanted > 0) std::printf("  recall@10 %.3f", static_cast<double>(hit) / static_cast<double>(wanted));
  std::printf("\n");
}

std::vector<std::string> track_ids(const search::Results& results) {
  std::vector<std::string> ids;
  for (const auto& group : results.groups)
    if (group.kind == search::Kind::track)
      for (const auto& hit : group.hits) ids.push_back(hit.document.id);
  return ids;
}

}  // namespace

int main(int argc, char** argv) {
  const std::size_t tracks = argc > 1 ? std::strtoull(argv[1], nullptr, 10) : 100000;
  const std::size_t queries = argc > 2 ? std::strtoull(argv[2], nullptr, 10) : 1000;
  std::vector<search::Document> targets;
  search::Index index;
  std::optional<bench::XapianTracks> xapian;
  std::mt19937_64 random(7);
  {
    bench::Library library = bench::make_library(tracks, 42);
    for (std::size_t i = 0; i < queries; ++i) targets.push_back(library.tracks[random() % library.tracks.size()]);
    if (argc > 3) {
      const auto start = Clock::now();
      xapian.emplace(std::string(argv[3]) + "/xapian", library.tracks);
      std::printf("xapian   built in %.1f s\n", since(start));
    }
    const auto start = Clock::now();
    index.put(std::move(library.artists));
    index.put(std::move(library.albums));
    index.put(std::move(library.tracks));
    std::printf("native   built in %.1f s\n", since(start));
  }
  if (argc > 3) {
    const auto start = Clock::now();
    if (auto saved = index.save(argv[3], 1); !saved) std::printf("%s\n", saved.error().message.c_str());
    const double wrote = since(start);
    const auto reading = Clock::now();
    if (auto opened = index.open(argv[3]); !opened) std::printf("%s\n", opened.error().message.c_str());
    std::printf("native   snapshot written in %.1f s, mapped and checked in %.1f s\n", wrote, since(reading));
  }
  std::printf("%zu tracks, %zu artists, %zu albums; resident %.0f MiB\n", index.size(search::Kind::track), index.size(search::Kind::artist),
              index.size(search::Kind::album), resident_mib());

  const Engine all_kinds = [&](const std::string& query) { return track_ids(index.search({query, {}, {}, 10})); };
  const Engine only_tracks = [&](const std::string& query) { return track_ids(index.search({query, {search::Kind::track}, {}, 10})); };
  const auto everywhere = [&](const std::string& what, const std::vector<Case>& cases) {
    measure("native", what, cases, all_kinds);
    measure("tracks", what, cases, only_tracks);
    if (xapian) measure("xapian", what, cases, [&](const std::string& query) { return xapian->search(query); });
  };
  for (const std::size_t letters : {1, 2, 3, 4, 6, 8}) {
    std::vector<Case> cases;
    for (const auto& target : targets) cases.push_back({bench::first_letters(random() % 2 ? target.name : target.by, letters), "", ""});
    everywhere("prefix of " + std::to_string(letters), cases);
  }
  for (std::size_t noise = 0; noise < bench::kNoiseNames.size(); ++noise) {
    std::vector<Case> cases;
    for (const auto& target : targets)
      cases.push_back({bench::noisy_query(target, static_cast<bench::Noise>(noise), random), target.id, target.name + " / " + target.by});
    everywhere(std::string(bench::kNoiseNames[noise]), cases);
  }
  return 0;
}
