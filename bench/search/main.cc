// SPDX-License-Identifier: Apache-2.0
// Search over a made-up library: time to build, memory, processor time by kind of query, recall@10 of noisy queries, and Xapian beside
// it. The library is made while it is indexed and never held.
//   bench_search [--sizes] [--alone] [--open] [TRACKS [QUERIES [FOLDER]]]
// FOLDER: where Xapian's database and the snapshots go, which the queries then run on; without it, both are left out. --alone: no Xapian.
// --open: nothing is built, the snapshots of an earlier run are mapped: the memory is that of a process that serves. --sizes: bytes a
// track of each part of the index.
#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <map>
#include <optional>
#include <random>
#include <string_view>

#include "bench/search/memory.h"
#include "bench/search/names.h"
#include "bench/search/questions.h"
#include "bench/search/xapian.h"
#include "catalog-api/search/index.h"

namespace {

using namespace segue;
using Clock = std::chrono::steady_clock;

struct Options {
  bool sizes = false, alone = false, open = false;
  std::size_t tracks = 100000, queries = 1000;
  std::string folder;
};

Options parse(int argc, char** argv) {
  Options options;
  std::vector<std::string> words;
  for (int i = 1; i < argc; ++i) {
    const std::string_view word = argv[i];
    if (word == "--sizes")
      options.sizes = true;
    else if (word == "--alone")
      options.alone = true;
    else if (word == "--open")
      options.open = true;
    else
      words.emplace_back(word);
  }
  if (!words.empty()) options.tracks = std::strtoull(words[0].c_str(), nullptr, 10);
  if (words.size() > 1) options.queries = std::strtoull(words[1].c_str(), nullptr, 10);
  if (words.size() > 2) options.folder = words[2];
  return options;
}

double since(Clock::time_point start) { return std::chrono::duration<double>(Clock::now() - start).count(); }

// Of this thread: other programs on the machine do not count, and no engine here waits for a disk.
double cpu_ms() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) * 1e3 + static_cast<double>(now.tv_nsec) / 1e6;
}

using Engine = std::function<std::vector<std::string>(const std::string&)>;

void print_times(const std::string& engine, const std::string& what, std::vector<double>& times) {
  std::sort(times.begin(), times.end());
  const auto at = [&](double share) { return times[static_cast<std::size_t>(static_cast<double>(times.size() - 1) * share)]; };
  std::printf("%-8s %-20s p50 %8.3f  p95 %8.3f  p99 %8.3f ms", engine.c_str(), what.c_str(), at(0.5), at(0.95), at(0.99));
}

// Processor time of everything that an engine was asked.
using Asked = std::map<std::string, std::vector<double>>;

void measure(const char* engine_name, const std::string& what, const std::vector<bench::Question>& cases, const Engine& engine,
             Asked& asked) {
  std::vector<double> times;
  std::size_t wanted = 0, hit = 0, nothing = 0;
  for (const bench::Question& one : cases) {
    const double start = cpu_ms();
    const auto ids = engine(one.query);
    times.push_back(cpu_ms() - start);
    if (one.wanted.empty()) continue;
    ++wanted;
    nothing += ids.empty();
    const auto found = static_cast<std::size_t>(std::count(ids.begin(), ids.end(), one.wanted));
    hit += found;
    if (found == 0 && std::getenv("SEGUE_BENCH_MISSES") != nullptr) std::printf("miss: %s -> %s\n", one.query.c_str(), one.meant.c_str());
  }
  std::vector<double>& all = asked[engine_name];
  all.insert(all.end(), times.begin(), times.end());
  print_times(engine_name, what, times);
  const auto share = [&](std::size_t count) { return static_cast<double>(count) / static_cast<double>(wanted); };
  if (wanted > 0) std::printf("  recall@10 %.3f  no track %.3f", share(hit), share(nothing));
  std::printf("\n");
}

std::vector<std::string> track_ids(const search::Results& results) {
  std::vector<std::string> ids;
  for (const auto& group : results.groups)
    if (group.kind == search::Kind::track)
      for (const auto& hit : group.hits) ids.push_back(hit.document.id);
  return ids;
}

struct Made {
  std::array<search::Documents, search::kKinds> documents;
  std::vector<search::Document> targets;  // what is searched for
};

Made make(const Options& options, std::mt19937_64& random, bench::XapianTracks* xapian) {
  Made made;
  std::multimap<std::string, std::size_t> wanted;
  for (std::size_t i = 0; i < options.queries; ++i) wanted.emplace(bench::number_id(random() % options.tracks), i);
  made.targets.resize(options.queries);
  bench::make_library(options.tracks, 42, [&](const search::Document& document) {
    if (document.kind == search::Kind::track) {
      const auto [begin, end] = wanted.equal_range(document.id);
      for (auto at = begin; at != end; ++at) made.targets[at->second] = document;
      if (xapian != nullptr) xapian->add(document);
    }
    if (!options.open) made.documents[static_cast<std::size_t>(document.kind)].add(document);
  });
  return made;
}

void build(Made& made, search::Index& index) {
  const auto start = Clock::now();
  for (std::size_t k = 0; k < search::kKinds; ++k) index.put(static_cast<search::Kind>(k), std::move(made.documents[k]));
  std::printf("native   built in %.1f s\n", since(start));
  bench::print_memory("built");
}

void print_sizes(const search::Index& index) {
  const double tracks = static_cast<double>(index.size(search::Kind::track));
  std::map<std::string, std::array<double, search::kKinds>> rows;
  double sum = 0;
  for (const auto& [kind, section, bytes] : index.sizes()) {
    rows[section][static_cast<std::size_t>(kind)] += static_cast<double>(bytes) / tracks;
    sum += static_cast<double>(bytes) / tracks;
  }
  std::printf("bytes a track     of artists   albums   tracks\n");
  for (const auto& [section, bytes] : rows) std::printf("%-18s %9.2f %8.2f %8.2f\n", section.c_str(), bytes[0], bytes[1], bytes[2]);
  std::printf("together %.1f\n", sum);
}

void must(const Result<void>& result) {
  if (result) return;
  std::fprintf(stderr, "bench_search: %s\n", result.error().message.c_str());
  std::exit(1);
}

}  // namespace

int main(int argc, char** argv) {
  const Options options = parse(argc, argv);
  search::Index index;
  std::optional<bench::XapianTracks> xapian;
  if (!options.folder.empty() && !options.alone) xapian.emplace(options.folder + "/xapian");
  std::mt19937_64 random(7);
  const auto start = Clock::now();
  Made made = make(options, random, xapian ? &*xapian : nullptr);
  if (xapian) xapian->finish();
  std::printf("library  made in %.1f s%s\n", since(start), xapian ? ", with Xapian's database" : "");
  bench::print_memory("made");
  if (!options.open) build(made, index);
  if (!options.open && !options.folder.empty()) {
    const auto saving = Clock::now();
    must(index.save(options.folder, 1));
    std::printf("native   snapshot written in %.1f s\n", since(saving));
  }
  if (options.open) {
    const auto reading = Clock::now();
    if (auto opened = index.open(options.folder); !opened) must(std::move(opened).error());
    std::printf("native   snapshot mapped and checked in %.1f s\n", since(reading));
  }
  std::printf("%zu tracks, %zu artists, %zu albums\n", index.size(search::Kind::track), index.size(search::Kind::artist),
              index.size(search::Kind::album));
  bench::print_memory("ready");
  if (options.sizes) print_sizes(index);

  const Engine all_kinds = [&](const std::string& query) { return track_ids(index.search({query, {}, {}, 10})); };
  const Engine only_tracks = [&](const std::string& query) { return track_ids(index.search({query, {search::Kind::track}, {}, 10})); };
  Asked asked;
  const auto everywhere = [&](const std::string& what, const std::vector<bench::Question>& cases) {
    measure("native", what, cases, all_kinds, asked);
    measure("tracks", what, cases, only_tracks, asked);
    if (xapian)
      measure(
          "xapian", what, cases, [&](const std::string& query) { return xapian->search(query); }, asked);
  };
  for (const auto& [name, questions] : bench::questions_about(made.targets, random)) everywhere(name, questions);
  for (auto& [engine, times] : asked) {
    print_times(engine, "all of these", times);
    std::printf("\n");
  }
  bench::print_memory("asked");
  return 0;
}
