// SPDX-License-Identifier: Apache-2.0
// A tier in memory in front of one on disk (docs/decisions/edge-store.md, "Memory and disk").
#include <stdlib.h>

#include <filesystem>
#include <string>

#include "tests/catch.h"
#include "tests/edge-cache/served.h"

using namespace segue::test;

TEST_CASE("a tier in memory keeps what is asked for again while more than it holds passes through; the tier on disk has the rest") {
  char name[] = "/dev/shm/segue-edge-tier-XXXXXX";
  if (::mkdtemp(name) == nullptr) {
    WARN("no /dev/shm: left out");
    return;
  }
  const std::string memory = name;
  constexpr int kHot = 20, kOnce = 90;  // of a megabyte each; the tier holds 64
  const std::string body(1 << 20, 'x');
  {
    Served disk(
        [&](const OriginServer::Exchange& asked) {
          asked.send("HTTP/1.1 200 OK\r\nCache-Control: max-age=600\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body);
          return true;
        },
        {"--name", "disk"});
    const EdgeProcess edge(memory, disk.edge->port(), {"--name", "memory", "--host", "test"});
    const auto status_of = [&](const char* kind, int i) {
      const Response answer = http_get(edge.port(), std::string("/") + kind + std::to_string(i));
      CHECK(answer.body.size() == body.size());
      return answer.field("cache-status");
    };
    for (int round = 0; round < 3; ++round)
      for (int i = 0; i < kHot; ++i) (void)status_of("hot", i);
    for (int i = 0; i < kOnce; ++i) CHECK(status_of("once", i).find("memory; fwd=uri-miss") != std::string::npos);
    int kept = 0;
    for (int i = 0; i < kHot; ++i) kept += status_of("hot", i).find("memory; hit") != std::string::npos;
    CHECK(kept == kHot);
    for (int i = 0; i < kHot; ++i) CHECK(disk.origin.requests("/hot" + std::to_string(i)) == 1);
  }
  std::filesystem::remove_all(memory);
}
