// SPDX-License-Identifier: Apache-2.0
#include "edge-cache/decision/pace.h"

#include <cstdint>
#include <vector>

#include "tests/catch.h"

using namespace segue::edge;

TEST_CASE("a body must bring the least rate, on the average of a while") {
  struct Arrival {
    std::int64_t at_ms;
    std::uint64_t arrived;
  };
  struct Row {
    const char* what;
    std::uint64_t rate;
    std::vector<Arrival> arrivals;  // after 1,000 bytes at 5,000 ms; over 10,000 ms
    std::size_t kept;               // of them
  };
  const Row rows[] = {
      {"a byte now and then", 100, {{9000, 1001}, {14999, 1002}, {15000, 1003}}, 2},
      {"just enough", 100, {{15000, 2000}, {25000, 3000}, {35000, 4000}}, 3},
      {"one byte less", 100, {{15000, 1999}}, 0},
      {"fast at first, then hardly anything: judged by each while", 100, {{15000, 1000000}, {25000, 1000001}}, 1},
      {"slow at first counts only when the while is over", 100, {{14999, 1001}, {15000, 9000}}, 2},
      {"a stop within the while is made up for", 100, {{14000, 1000}, {24000, 2900}}, 2},
      {"any rate will do", 0, {{15000, 1000}, {25000, 1000}}, 2},
      {"a clock that stands still or goes back judges nobody", 100, {{5000, 1000}, {4000, 1000}}, 2},
      {"the largest rate that can be written", UINT64_MAX, {{15000, UINT64_MAX / 1000}}, 0},
  };
  for (const Row& row : rows) {
    CAPTURE(row.what);
    Pace pace({row.rate, 10000}, 1000, 5000);
    std::size_t kept = 0;
    while (kept < row.arrivals.size() && pace.keeps_up(row.arrivals[kept].arrived, row.arrivals[kept].at_ms)) ++kept;
    CHECK(kept == row.kept);
  }
}
