// SPDX-License-Identifier: Apache-2.0
// The edge beside nginx's proxy_cache and Varnish, in turn, in one run: only the ratios count.
//   bench_edge hits    wrk on one cached object of 62 KB, nine rounds in turn; servers on one core, wrk on another. Every request
//                      carries a token and CMCD; "all on" checks the one, logs the other, and adds CMSD. Where the client's CPU time of
//                      a request is the larger one it is the client that bounds the rate; behind it a line for each bar, with the
//                      ratios of rounds (bars.h). hits-large: of 2.6 MB. TMPDIR=/dev/shm: the same from memory alone
//   bench_edge herd    1,000 clients on one cold object of 1 MB from an origin that waits 300 ms and dribbles two seconds, three rounds
//   bench_edge many    the same with 50 clients on each of 100 objects
//   bench_edge million an index of a million objects: its size, the start, how long the lock is held
//   bench_edge loop FOLDER    one worker, a million objects, what it does beside them: is a tiny hit held up? FOLDER (6 GB of disk, a
//                      minute to fill) stays for the next run
//   bench_edge sweep   one connection, hits of 100 B to 16 MB, with and without TLS: is there a stall at any size? With a number of bytes
//                      behind it: that size alone, five rounds in turn
#include <sched.h>
#include <stdlib.h>
#include <sys/resource.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <memory>
#include <sstream>
#include <string>
#include <vector>

#include "access/key_file.h"
#include "access/key_store.h"
#include "access/media_token.h"
#include "bench/edge/bars.h"
#include "bench/edge/dribble_origin.h"
#include "bench/edge/herd.h"
#include "bench/edge/loop.h"
#include "bench/edge/million.h"
#include "bench/edge/servers.h"

namespace fs = std::filesystem;
using namespace segue::bench;

namespace {

// The first of the ports (and of those for TLS, kTlsBeside further on).
int first_port() {
  const char* chosen = std::getenv("SEGUE_PORT");
  return chosen == nullptr ? 18660 : std::atoi(chosen);
}
const int kFirstPort = first_port();
const Ports kPorts = {kFirstPort, kFirstPort + 1, kFirstPort + 2, kFirstPort + 3, kFirstPort + 4};
constexpr std::size_t kDribbled = (1 << 20) / 100 * 100;

struct Folder {
  Folder() : path((fs::temp_directory_path() / "segue-bench-edge-XXXXXX").string()) { path = ::mkdtemp(path.data()); }
  ~Folder() { fs::remove_all(path); }
  std::string path;
};

struct Peer {
  const char* name;
  int port;
};
const Peer kEdge = {"segue", kPorts.edge}, kFull = {"segue, all on", kPorts.full}, kProxy = {"proxy_cache", kPorts.proxy},
           kVarnish = {"varnish", kPorts.varnish};

std::string output_of(const std::string& command) {
  std::string text;
  std::array<char, 4096> bytes;
  FILE* pipe = ::popen(command.c_str(), "r");
  while (pipe != nullptr && std::fgets(bytes.data(), bytes.size(), pipe) != nullptr) text += bytes.data();
  if (pipe != nullptr) ::pclose(pipe);
  return text;
}

// "Requests/sec:  123" and "99%  1.23ms" of wrk's report.
std::string value_after(const std::string& text, const std::string& label) {
  const std::size_t at = text.find(label);
  if (at == std::string::npos) return "?";
  const std::size_t start = text.find_first_not_of(" \t", at + label.size());
  return text.substr(start, text.find_first_of(" \n", start) - start);
}

void write_file(const std::string& path, std::size_t bytes) { std::ofstream(path, std::ios::binary) << std::string(bytes, 'x'); }

// What a player sends of itself, as our own does; and a token, without which the edge with everything on answers nobody.
std::string player_fields() {
  return R"( -H 'CMCD-Object: br=128,d=4000,ot=a,tb=320' -H 'CMCD-Request: bl=21300,dl=18500,mtp=48100,nor="2.m4s"')"
         R"( -H 'CMCD-Session: cid="kindred",sf=h,sid="6e2fb550-c457-11e9-bb97-0800200c9a66",st=v' -H 'CMCD-Status: bs' )";
}

std::string token_of(const Folder& folder) {
  const std::string keys = folder.path + "/keys";
  if (!segue::access::add_key(keys, "k1", segue::access::Algorithm::hs256)) return "";
  const auto ring = segue::access::load_keys(keys);
  return segue::access::issue(segue::access::MediaGrant{std::time(nullptr) + 3600, "/", "", ""}, *ring.value().find("k1")).value();
}

struct Wrk {
  std::string requests, p50, p99, worst;
  double count;  // of requests
};

// "  20123 requests in 3.00s, 1.17GB read"
double requests_in(const std::string& report) {
  const std::size_t at = report.find(" requests in ");
  return at == std::string::npos ? 0 : std::atof(report.c_str() + report.rfind('\n', at) + 1);
}

Wrk wrk(const std::string& options, const std::string& url) {
  const std::string report = output_of("taskset -c 1 wrk -t1 --latency " + options + player_fields() + "'" + url + "'");
  // "    Latency   153.21us   44.12us   1.43ms   95.00%": average, deviation, worst.
  std::string line = report.substr(std::min(report.find("Latency "), report.size()));
  std::istringstream columns(line);
  std::string word, worst;
  for (int i = 0; i < 4; ++i) columns >> word, worst = word;
  return {value_after(report, "Requests/sec:"), value_after(report, " 50%"), value_after(report, " 99%"), worst, requests_in(report)};
}

struct Contender {
  Peer peer;
  const Process& process;
  std::vector<double> rates, cpu, client_cpu, p99_ms;  // of each round
};

// "1.43ms", "295.00us", "1.02s"
double milliseconds(const std::string& text) {
  const double number = std::atof(text.c_str());
  if (text.ends_with("us")) return number / 1000;
  return text.ends_with("ms") ? number : number * 1000;
}

double cpu_of_children() {
  rusage used{};
  ::getrusage(RUSAGE_CHILDREN, &used);
  const auto seconds = [](const timeval& time) { return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) * 1e-6; };
  return seconds(used.ru_utime) + seconds(used.ru_stime);
}

void measure_once(Contender& contender, const std::string& url) {
  const double before = contender.process.cpu_seconds(), client_before = cpu_of_children();
  const Wrk measured = wrk("-c32 -d2s", url);
  const double requests = std::max(1.0, measured.count);
  contender.rates.push_back(std::atof(measured.requests.c_str()));
  contender.cpu.push_back((contender.process.cpu_seconds() - before) * 1e6 / requests);
  contender.client_cpu.push_back((cpu_of_children() - client_before) * 1e6 / requests);
  contender.p99_ms.push_back(milliseconds(measured.p99));
}

// Everything on, beside each peer: its rate at least theirs, its p99 no worse.
void print_bars(const std::vector<Contender>& contenders, const char* name) {
  const auto find = [&](const Peer& peer) {
    return std::find_if(contenders.begin(), contenders.end(), [&](const Contender& one) { return one.peer.port == peer.port; });
  };
  const auto ours = find(kFull);
  for (const Peer& peer : {kProxy, kVarnish}) {
    const auto theirs = find(peer);
    std::printf("%-5s all on / %-11s requests/s %s\n", name, peer.name, verdict(ours->rates, theirs->rates, Wanted::at_least_one).c_str());
    std::printf("%-5s all on / %-11s p99        %s\n", name, peer.name, verdict(ours->p99_ms, theirs->p99_ms, Wanted::at_most_one).c_str());
  }
}

// In turn, round after round, so that what changes on the machine meanwhile meets all of them; medians.
void measure_hits(const Folder& folder, const std::string& token, std::vector<Contender> contenders, const char* name, std::size_t bytes) {
  constexpr int kRounds = 9;
  write_file(folder.path + "/files/" + name, bytes);
  const auto url_of = [&](const Peer& peer) { return "http://127.0.0.1:" + std::to_string(peer.port) + '/' + name + "?token=" + token; };
  for (const Contender& contender : contenders) (void)wrk("-c4 -d1s", url_of(contender.peer));
  for (int round = 0; round < kRounds; ++round) {
    for (Contender& contender : contenders) measure_once(contender, url_of(contender.peer));
  }
  for (const Contender& one : contenders) {
    const Spread rate = spread_of(one.rates), p99 = spread_of(one.p99_ms);
    std::printf(
        "%-5s %-14s %8.0f requests/s (%.0f to %.0f)  CPU of a request: server %6.1f us, client %6.1f us  p99 %.2f ms (%.2f to %.2f; %.2f "
        "to "
        "%.2f)\n",
        name, one.peer.name, rate.median, rate.least, rate.most, spread_of(one.cpu).median, spread_of(one.client_cpu).median, p99.median,
        p99.lower, p99.upper, p99.least, p99.most);
  }
  print_bars(contenders, name);
}

void measure_size(const std::string& name, const std::string& token) {
  std::printf("%9s B", name.c_str());
  const auto measure = [&](const char* what, const std::string& start) {
    const std::string url = start + '/' + name + "?token=" + token;
    const Wrk measured = wrk("-c1 -d1s", url);
    std::printf("  %s p50 %s worst %s", what, measured.p50.c_str(), measured.worst.c_str());
    std::fflush(stdout);
  };
  for (const Peer& peer : {kFull, kProxy, kVarnish}) {
    measure(peer.name, "http://127.0.0.1:" + std::to_string(peer.port));
    if (peer.port != kVarnish.port) measure("TLS", "https://127.0.0.1:" + std::to_string(peer.port + kTlsBeside));
  }
  std::printf("\n");
}

// `only`: 0: all sizes.
void measure_sweep(const Folder& folder, const std::string& token, std::size_t only) {
  constexpr std::size_t kLargest = std::size_t{16} << 20;
  constexpr int kRoundsOfOne = 5;
  for (std::size_t bytes = only > 0 ? only : 100; bytes <= kLargest;
       bytes = bytes == kLargest ? kLargest + 1 : std::min(bytes * 3, kLargest)) {
    write_file(folder.path + "/files/" + std::to_string(bytes), bytes);
    for (int round = 0; round < (only > 0 ? kRoundsOfOne : 1); ++round) measure_size(std::to_string(bytes), token);
    if (only > 0) return;
  }
}

void measure_herd(std::size_t clients, int objects) {
  const DribbleOrigin origin(kPorts.origin);
  int before = 0, run = 0;
  for (int round = 1; round <= 3; ++round) {
    for (const Peer& peer : {kEdge, kProxy, kVarnish}) {
      if (peer.port == kProxy.port && round > 1) continue;  // seconds behind: once is enough
      std::vector<std::string> paths;
      ++run;
      for (int i = 0; i < objects; ++i) paths.push_back("/herd-" + std::to_string(run) + '-' + std::to_string(i));
      const HerdResult result = run_herd(peer.port, clients, paths, kDribbled);
      std::printf("round %d %-12s %3d origin requests, first byte p50 %.0f p99 %.0f ms, last byte p99 %.0f ms, %zu of %zu failed\n", round,
                  peer.name, origin.requests() - before, percentile(result.first_ms, 0.5), percentile(result.first_ms, 0.99),
                  percentile(result.last_ms, 0.99), result.failed, clients);
      std::fflush(stdout);
      before = origin.requests();
    }
  }
}

void measure_loops(const std::string& folder) {
  const std::string cache = folder + "/edge/cache";
  fs::create_directories(folder + "/files");
  fs::create_directories(cache);
  for (const auto& [name, bytes] : {std::pair{"tiny", 100}, {"62k", 62000}, {"2600k", 2600000}, {"8m", 8 << 20}})
    write_file(folder + "/files/" + name, static_cast<std::size_t>(bytes));
  fill_cache(cache);
  make_certificate(folder);
  const int run = static_cast<int>(std::time(nullptr) % 1000000);  // in a folder that stays each run asks for objects of its own
  const Process origin(plain_origin(folder, kPorts.origin), kPorts.origin, 1);
  cpu_set_t client;
  CPU_ZERO(&client);
  CPU_SET(1, &client);
  ::sched_setaffinity(0, sizeof(client), &client);
  {
    const Process edge(segue_edge(folder, kPorts.edge, kPorts.origin, 1, kLoopObjects, "400g"), kPorts.edge, 0);
    measure_loop({"segue", kPorts.edge, cache}, run);
  }
  const Process proxy(proxy_cache(folder, kPorts.proxy, kPorts.origin, 1, "  aio threads;\n"), kPorts.proxy, 0);
  measure_loop({"proxy_cache, aio threads", kPorts.proxy, folder + "/proxy"}, run);
}

}  // namespace

int main(int argc, char** argv) {
  const std::string what = argc >= 2 ? argv[1] : "";
  const bool dribbles = what == "herd" || what == "many";
  if (what != "hits" && what != "hits-large" && !dribbles && what != "sweep" && what != "million" && !(what == "loop" && argc == 3)) {
    std::fprintf(stderr, "usage: bench_edge hits|hits-large|herd|many|sweep [BYTES]|million|loop FOLDER\n");
    return 2;
  }
  const bool hits = what.starts_with("hits");
  if (what == "loop") {
    measure_loops(fs::absolute(argv[2]).string());
    return 0;
  }
  // Where one client is measured the servers have the other core for themselves, or it depends on the scheduler's whims who is near.
  const bool pinned = hits || what == "sweep";
  const int workers = pinned ? 1 : 2, core = pinned ? 0 : -1;
  const Folder folder;
  fs::create_directories(folder.path + "/files");
  if (what == "million") {
    fs::create_directories(folder.path + "/edge");
    measure_million(folder.path + "/edge/cache");
    const auto before = std::chrono::steady_clock::now();
    const Process edge(segue_edge(folder.path, kPorts.edge, kPorts.origin, 2, 1000000), kPorts.edge, -1);
    const double took = std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - before).count();
    std::printf("segue edge on it: accepts after %.0f ms\n", took);
    return 0;
  }
  make_certificate(folder.path);
  const std::string token = token_of(folder);
  std::unique_ptr<Process> origin;
  if (!dribbles) origin = std::make_unique<Process>(plain_origin(folder.path, kPorts.origin), kPorts.origin, -1);
  const Process edge(segue_edge(folder.path, kPorts.edge, kPorts.origin, workers), kPorts.edge, core);
  const Process full(segue_full(folder.path, kPorts.full, kPorts.origin, workers), kPorts.full, core);
  const Process proxy(proxy_cache(folder.path, kPorts.proxy, kPorts.origin, workers), kPorts.proxy, core);
  const Process peer(varnish(folder.path, kPorts.varnish, kPorts.origin), kPorts.varnish, core);
  const std::vector<Contender> all = {
      {kEdge, edge, {}, {}, {}, {}}, {kFull, full, {}, {}, {}, {}}, {kProxy, proxy, {}, {}, {}, {}}, {kVarnish, peer, {}, {}, {}, {}}};
  if (what == "hits") measure_hits(folder, token, all, "62k", 62000);
  if (what == "hits-large") measure_hits(folder, token, all, "2600k", 2600000);
  if (what == "sweep") measure_sweep(folder, token, argc == 3 ? std::strtoull(argv[2], nullptr, 10) : 0);
  if (what == "herd") measure_herd(1000, 1);
  if (what == "many") measure_herd(5000, 100);
  return 0;
}
