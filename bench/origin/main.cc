// SPDX-License-Identifier: Apache-2.0
// The origin against plain nginx that sends the same bytes from files, and a store of many assets against one of few. Each case alternates
// the two servers and prints each round, then median and spread of the ratio: only ratios count, the machine is noisy. Servers on the
// first core, wrk on the second.
#include <sched.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <exception>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "bench/origin/load.h"
#include "bench/origin/store.h"
#include "cli/command.h"
#include "tests/origin/nginx_server.h"
#include "tests/origin/store_fixture.h"

namespace {

using namespace segue;
using namespace segue::bench;

const cli::Command kCommand = {
    .name = "bench-origin",
    .summary = "measure the origin against plain nginx",
    .operands = "[CASE…]",
    .description =
        "Cases: audio, video, master, playlist, mpd (against plain nginx), uniform, zipf (many assets against 100). All when none is "
        "named.",
    .options = {{.name = "folder", .value = "FOLDER", .fallback = "/tmp/segue-bench-origin", .help = "where the store is made, and kept"},
                {.name = "assets", .value = "N", .fallback = "100000", .help = "how many are many", .least = 101, .most = 10'000'000},
                {.name = "rounds", .value = "N", .fallback = "5", .help = "pairs of runs for each case", .least = 1, .most = 100},
                {.name = "seconds", .value = "N", .fallback = "3", .help = "length of one run", .least = 1, .most = 60},
                {.name = "open-file-cache", .value = "", .fallback = "", .help = "let the peer keep its files open, too"},
                {.name = "prepare", .value = "", .fallback = "", .help = "make the store and stop"}},
    .examples = {}};

struct Side {
  const char* name;
  int port;
  Requests requests;
};

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

void print_ratios(const char* what, const std::vector<double>& ratios) {
  std::printf("  %s: median %.3f (%.3f to %.3f)\n", what, median(ratios), *std::min_element(ratios.begin(), ratios.end()),
              *std::max_element(ratios.begin(), ratios.end()));
}

// b against a.
void compare(const char* name, const Side& a, const Side& b, int rounds, int seconds) {
  std::printf("%s: %s against %s\n", name, b.name, a.name);
  std::vector<double> rate, p99;
  (void)run_load(a.port, a.requests, 1);  // warm
  (void)run_load(b.port, b.requests, b.requests.assets > 1000 ? 2 * seconds : 1);
  for (int round = 0; round < rounds; ++round) {
    const Load first = run_load(a.port, a.requests, seconds), second = run_load(b.port, b.requests, seconds);
    std::printf("  %8.0f/s p50 %6.2f ms p99 %6.2f ms   %8.0f/s p50 %6.2f ms p99 %6.2f ms\n", first.requests_per_second, first.p50_ms,
                first.p99_ms, second.requests_per_second, second.p50_ms, second.p99_ms);
    std::fflush(stdout);
    rate.push_back(second.requests_per_second / first.requests_per_second);
    p99.push_back(second.p99_ms / first.p99_ms);
  }
  print_ratios("requests a second", rate);
  print_ratios("p99", p99);
}

long resident_mib(pid_t process) {
  std::ifstream pages("/proc/" + std::to_string(process) + "/statm");
  long total = 0, resident = 0;
  pages >> total >> resident;
  return resident * ::sysconf(_SC_PAGESIZE) >> 20;
}

int body(const cli::Arguments& arguments) try {
  const int assets = static_cast<int>(arguments.number("assets")), rounds = static_cast<int>(arguments.number("rounds")),
            seconds = static_cast<int>(arguments.number("seconds"));
  const Content content = make_content(arguments.text("folder"), assets);
  if (arguments.has("prepare")) return cli::kDone;

  cpu_set_t first_core;
  CPU_ZERO(&first_core);
  CPU_SET(0, &first_core);
  ::sched_setaffinity(0, sizeof(first_core), &first_core);
  const test::TemporaryFolder run;
  const int origin_port = test::free_port();
  const test::NginxServer origin(run.path(), "origin/conf/origin.conf.in",
                                 {{"STORE", content.store}, {"ORIGIN_PORT", std::to_string(origin_port)}}, origin_port);
  const int plain_port = test::free_port();
  const std::string log =
      "log_format plain escape=json '{\"time\":\"$time_iso8601\",\"id\":\"$http_x_request_id\",\"method\":\"$request_method\",\"uri\":"
      "\"$request_uri\",\"status\":$status,\"bytes\":$body_bytes_sent,\"range\":\"$http_range\",\"seconds\":$request_time}';\n"
      "access_log \"" +
      run.path() + "/plain-access.log\" plain buffer=64k flush=1s;";
  const test::NginxServer plain(run.path(), "bench/origin/plain.conf.in",
                                {{"ROOT", content.plain},
                                 {"PORT", std::to_string(plain_port)},
                                 {"ACCESS_LOG", log},
                                 {"OPEN_FILES", arguments.has("open-file-cache") ? "open_file_cache max=4096;" : ""}},
                                plain_port);

  const std::string song = "/v/" + id_of(0), film = "/v/" + content.film;
  const auto against_plain = [&](const char* name, const Requests& requests) {
    compare(name, {"plain nginx", plain_port, requests}, {"origin", origin_port, requests}, rounds, seconds);
  };
  const auto wanted = [&](const std::string& name) {
    const auto& names = arguments.operands();
    return names.empty() || std::find(names.begin(), names.end(), name) != names.end();
  };
  if (wanted("audio")) against_plain("audio", {.path = song + "/g1/aac-128/{n}.m4s", .first = 5, .last = content.song_segments - 1});
  if (wanted("video")) against_plain("video", {.path = film + "/g1/h264-1080/{n}.m4s", .first = 5, .last = content.film_segments - 1});
  if (wanted("master")) against_plain("master", {.path = song + "/master.m3u8"});
  if (wanted("playlist")) against_plain("playlist", {.path = song + "/g1/aac-128.m3u8"});
  if (wanted("mpd")) against_plain("mpd", {.path = song + "/manifest.mpd"});
  const Requests few = {.path = "/v/{id}/g1/aac-128/{n}.m4s", .assets = 100, .first = 5, .last = content.song_segments - 1};
  for (const bool zipf : {false, true}) {
    const char* name = zipf ? "zipf" : "uniform";
    if (!wanted(name)) continue;
    Requests many = few;
    many.assets = assets;
    many.zipf = zipf;
    compare(name, {"100 assets", origin_port, few}, {"many assets", origin_port, many}, rounds, seconds);
    std::printf("  worker's memory: %ld MiB\n", resident_mib(origin.worker()));
  }
  return cli::kDone;
} catch (const std::exception& error) {
  return cli::failure(kCommand, error.what());
}

}  // namespace

int main(int argc, char** argv) { return cli::run(kCommand, argc, argv, body); }
