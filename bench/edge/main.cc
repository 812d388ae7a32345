// SPDX-License-Identifier: Apache-2.0
// The edge beside nginx's proxy_cache and Varnish, in turn, in one run: only the ratios count.
//   bench_edge hits    wrk on one cached object of 62 KB and of 2.6 MB, two rounds; servers on one core, wrk on another
//   bench_edge herd    1,000 clients on one cold object of 1 MB from an origin that waits 300 ms and dribbles two seconds, three rounds
//   bench_edge many    the same with 50 clients on each of 100 objects
//   bench_edge sweep   one connection, hits of 100 B to 16 MB: is there a stall at any size?
#include <stdlib.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <vector>

#include "bench/edge/dribble_origin.h"
#include "bench/edge/herd.h"
#include "bench/edge/servers.h"

namespace fs = std::filesystem;
using namespace segue::bench;

namespace {

constexpr int kFirstPort = 18660;
constexpr Ports kPorts = {kFirstPort, kFirstPort + 1, kFirstPort + 2, kFirstPort + 3};
constexpr std::size_t kDribbled = (1 << 20) / 100 * 100;

struct Folder {
  Folder() { path = ::mkdtemp(name); }
  ~Folder() { fs::remove_all(path); }
  char name[40] = "/tmp/segue-bench-edge-XXXXXX";
  std::string path;
};

struct Peer {
  const char* name;
  int port;
};
constexpr std::array<Peer, 3> kPeers = {{{"segue", kPorts.edge}, {"proxy_cache", kPorts.proxy}, {"varnish", kPorts.varnish}}};

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

void measure_hits(const Folder& folder) {
  for (const auto& [name, bytes] : {std::pair<const char*, std::size_t>{"2600k", 2600000}, {"62k", 62000}}) {
    write_file(folder.path + "/files/" + name, bytes);
    for (int round = 1; round <= 2; ++round) {
      for (const Peer& peer : kPeers) {
        const std::string url = "http://127.0.0.1:" + std::to_string(peer.port) + '/' + name;
        (void)output_of("taskset -c 1 wrk -t1 -c4 -d1s " + url);
        const std::string report = output_of("taskset -c 1 wrk -t1 -c32 -d3s --latency " + url);
        std::printf("%-6s round %d %-12s %10s requests/s  p50 %s p99 %s\n", name, round, peer.name,
                    value_after(report, "Requests/sec:").c_str(), value_after(report, "50%").c_str(), value_after(report, "99%").c_str());
        std::fflush(stdout);
      }
    }
  }
}

void measure_sweep(const Folder& folder) {
  for (std::size_t bytes = 100; bytes <= (std::size_t{16} << 20); bytes *= 3) {
    const std::string name = std::to_string(bytes);
    write_file(folder.path + "/files/" + name, bytes);
    std::printf("%9zu B", bytes);
    for (const Peer& peer : kPeers) {
      std::vector<double> times;
      for (int i = 0; i < 40; ++i) {
        const HerdResult one = run_herd(peer.port, 1, {'/' + name}, bytes);
        if (!one.last_ms.empty() && i >= 4) times.push_back(one.last_ms[0]);
      }
      std::sort(times.begin(), times.end());
      std::printf("  %s p50 %.2f ms, worst %.2f", peer.name, percentile(times, 0.5), times.empty() ? 0 : times.back());
    }
    std::printf("\n");
  }
}

void measure_herd(std::size_t clients, int objects) {
  const DribbleOrigin origin(kPorts.origin);
  int before = 0, run = 0;
  for (int round = 1; round <= 3; ++round) {
    for (const Peer& peer : kPeers) {
      if (std::string_view(peer.name) == "proxy_cache" && round > 1) continue;  // seconds behind: once is enough
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

}  // namespace

int main(int argc, char** argv) {
  const std::string what = argc == 2 ? argv[1] : "";
  const bool dribbles = what == "herd" || what == "many";
  if (what != "hits" && !dribbles && what != "sweep") {
    std::fprintf(stderr, "usage: bench_edge hits|herd|many|sweep\n");
    return 2;
  }
  const int workers = what == "hits" ? 1 : 2, core = what == "hits" ? 0 : -1;
  const Folder folder;
  fs::create_directories(folder.path + "/files");
  std::unique_ptr<Process> origin;
  if (!dribbles) origin = std::make_unique<Process>(plain_origin(folder.path, kPorts.origin), kPorts.origin, -1);
  const Process edge(segue_edge(folder.path, kPorts.edge, kPorts.origin, workers), kPorts.edge, core);
  const Process proxy(proxy_cache(folder.path, kPorts.proxy, kPorts.origin, workers), kPorts.proxy, core);
  const Process peer(varnish(folder.path, kPorts.varnish, kPorts.origin), kPorts.varnish, core);
  if (what == "hits") measure_hits(folder);
  if (what == "sweep") measure_sweep(folder);
  if (what == "herd") measure_herd(1000, 1);
  if (what == "many") measure_herd(5000, 100);
  return 0;
}
