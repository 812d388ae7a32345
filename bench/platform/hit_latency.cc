// SPDX-License-Identifier: Apache-2.0
// How long a hit takes, from 100 bytes to 16 MB, at the origin, at the edge and through the gateway of a running platform: one keep-alive
// connection, one request after the other. What it looks for is the stall of 40 ms that a corked connection without TCP_NODELAY has
// (docs/performance.md): it shows at single sizes only, and only after a connection's first dozen answers, so throughput hides it.
//   bench_hit_latency [REQUESTS]     of each size at each server, 200 unless told
#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include "service/home.h"
#include "tests/origin/http_client.h"
#include "tests/origin/store_fixture.h"
#include "tests/platform/platform_fixture.h"

using namespace segue;
using namespace segue::test;

namespace {

// Around the powers of two where a buffer or a segment of the network ends, and what a platform serves: playlists, audio, video segments.
constexpr std::array<std::size_t, 14> kSizes{100,   1000,  1460,   4096,   8192,    16384,   32768,
                                             62000, 65536, 131072, 262144, 1000000, 2600000, 16000000};

std::string id_of(std::size_t number) { return std::string(25, 'a') + static_cast<char>('a' + number); }
std::string path_of(std::size_t number) { return "/v/" + id_of(number) + "/g1/cover.jpg"; }

struct Times {
  double median_ms, p99_ms, worst_ms;
  int stalled;  // longer than 30 ms
};

Times measure(int port, std::size_t number, int requests) {
  HttpConnection connection(port);
  std::vector<double> took;
  for (int i = 0; i < requests; ++i) {
    const Response answer = connection.get(path_of(number));
    if (answer.status != 200 || answer.body.size() != kSizes.at(number)) {
      std::fprintf(stderr, "port %d %s: status %d, %zu bytes\n", port, path_of(number).c_str(), answer.status, answer.body.size());
      std::exit(1);
    }
    took.push_back(static_cast<double>(answer.took.count()) / 1000);
  }
  std::sort(took.begin(), took.end());
  return {took[took.size() / 2], took[took.size() * 99 / 100], took.back(),
          static_cast<int>(std::count_if(took.begin(), took.end(), [](double ms) { return ms > 30; }))};
}

}  // namespace

int main(int argc, char** argv) {
  const int requests = argc > 1 ? std::max(1, std::atoi(argv[1])) : 200;
  const Platform platform;
  for (std::size_t i = 0; i < kSizes.size(); ++i) {
    publish(platform.home() + "/store", {.id = id_of(i), .renditions = {{.frames = 50}}});
    write_file(platform.home() + "/store/" + id_of(i) + "/g1/cover.jpg", std::string(kSizes.at(i), '\xd8'));
  }
  if (const Ran up = platform.segue("up"); up.code != 0) {
    std::fprintf(stderr, "%s", up.text.c_str());
    return 1;
  }
  for (std::size_t i = 0; i < kSizes.size(); ++i) static_cast<void>(measure(platform.port() + service::kEdgePort, i, 1));  // into the cache

  std::printf("%d hits of each size, milliseconds: median / p99 / worst (hits over 30 ms)\n%10s  %-26s  %-26s  %-26s\n", requests, "bytes",
              "origin", "edge", "gateway");
  int stalled = 0;
  for (std::size_t i = 0; i < kSizes.size(); ++i) {
    std::printf("%10zu", kSizes.at(i));
    for (const int offset : {service::kOriginPort, service::kEdgePort, service::kGatewayPort}) {
      const Times times = measure(platform.port() + offset, i, requests);
      stalled += times.stalled;
      std::printf("  %6.2f / %6.2f / %6.2f (%d)", times.median_ms, times.p99_ms, times.worst_ms, times.stalled);
    }
    std::printf("\n");
    std::fflush(stdout);
  }
  std::printf("hits over 30 ms: %d\n", stalled);
  return 0;
}
