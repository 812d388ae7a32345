// SPDX-License-Identifier: Apache-2.0
// Against the definitions taken literally: every contiguous set of segments is looked at.
#include "media/bandwidth.h"

#include <cmath>
#include <random>

#include "tests/catch.h"

using namespace segue::media;

namespace {

struct Row {
  std::uint32_t bytes, ticks;
};

SegmentIndex index_of(const std::vector<Row>& rows) {
  SegmentIndex index;
  index.begin_file(1000);
  for (const Row& row : rows) index.append(row.bytes, row.ticks);
  return index;
}

std::uint32_t up(long double bits_per_second) { return static_cast<std::uint32_t>(std::ceil(bits_per_second - 1e-7L)); }

std::uint32_t peak_by_definition(const std::vector<Row>& rows, std::uint32_t timescale, std::uint32_t target) {
  long double peak = 0, single = 0, bytes = 0, ticks = 0;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    single = std::max(single, static_cast<long double>(rows[i].bytes) * 8 * timescale / rows[i].ticks);
    bytes += rows[i].bytes;
    ticks += rows[i].ticks;
    long double set_bytes = 0, set_ticks = 0;
    for (std::size_t k = i; k < rows.size(); ++k) {
      set_bytes += rows[k].bytes;
      set_ticks += rows[k].ticks;
      if (set_ticks * 2 >= static_cast<long double>(target) * timescale && set_ticks * 2 <= 3.0L * target * timescale)
        peak = std::max(peak, set_bytes * 8 * timescale / set_ticks);
    }
  }
  return up(std::max(peak > 0 ? peak : single, bytes * 8 * timescale / ticks));
}

std::uint32_t dash_by_definition(const std::vector<Row>& rows, std::uint32_t timescale, double buffer) {
  long double bytes = 0, ticks = 0, most = 0;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    bytes += rows[i].bytes;
    ticks += rows[i].ticks;
    long double set_bytes = 0, set_ticks = static_cast<long double>(buffer) * timescale;
    for (std::size_t k = i; k < rows.size(); ++k) {
      set_bytes += rows[k].bytes;
      set_ticks += rows[k].ticks;
      most = std::max(most, set_bytes * 8 * timescale / set_ticks);
    }
  }
  return up(std::max(most, bytes * 8 * timescale / ticks));
}

}  // namespace

TEST_CASE("bit rates of simple tracks") {
  // 4 s segments of 64,000 bytes: 128 kbit/s whichever way one looks.
  const SegmentIndex even = index_of({{64000, 40}, {64000, 40}, {64000, 40}});
  CHECK(average_bandwidth(even, 10) == 128000);
  CHECK(peak_bandwidth(even, 10, 4) == 128000);
  CHECK(dash_bandwidth(even, 10, 2.0) == 128000);
  CHECK(target_duration(even, 10) == 4);

  // One fast segment in the middle: the peak is its own, DASH has the buffer besides: 200000 * 8 / (4 + 2).
  const SegmentIndex burst = index_of({{64000, 40}, {200000, 40}, {64000, 40}});
  CHECK(peak_bandwidth(burst, 10, 4) == 400000);
  CHECK(dash_bandwidth(burst, 10, 2.0) == 266667);
  CHECK(average_bandwidth(burst, 10) == 218667);
}

TEST_CASE("a tiny last segment does not make the peak (shaka#498)") {
  const SegmentIndex index = index_of({{64000, 4000}, {64000, 4000}, {1000, 10}});
  CHECK(peak_bandwidth(index, 1000, 4) == 129676);  // 65000 bytes in 4.01 s, not 1000 bytes in 10 ms
}

TEST_CASE("a clip shorter than half a target declares its average at least (shaka#1046)") {
  const SegmentIndex index = index_of({{1000, 500}, {3000, 1000}});
  CHECK(average_bandwidth(index, 1000) == 21334);
  CHECK(peak_bandwidth(index, 1000, 4) == 24000);
  CHECK(peak_bandwidth(SegmentIndex(), 1000, 4) == 0);
  CHECK(dash_bandwidth(SegmentIndex(), 1000, 2) == 0);
}

TEST_CASE("target duration rounds half up") {
  CHECK(target_duration(index_of({{1, 4499}}), 1000) == 4);
  CHECK(target_duration(index_of({{1, 4500}}), 1000) == 5);
  CHECK(target_duration(index_of({{1, 100}}), 1000) == 1);
}

TEST_CASE("bit rates agree with their definitions on many tracks") {
  std::mt19937 generator(7);
  const auto random = [&] { return static_cast<std::uint32_t>(generator()); };
  for (int round = 0; round < 300; ++round) {
    std::vector<Row> rows(1 + random() % 40);
    const std::uint32_t timescale = random() % 2 ? 44100 : 1000;
    for (Row& row : rows) row = {1 + random() % 3000000, timescale / 20 + random() % (timescale * 6)};
    const std::uint32_t target = 1 + random() % 8;
    INFO("round " << round << ", " << rows.size() << " segments");
    CHECK(peak_bandwidth(index_of(rows), timescale, target) == peak_by_definition(rows, timescale, target));
    CHECK(dash_bandwidth(index_of(rows), timescale, 2.0) == dash_by_definition(rows, timescale, 2.0));
    CHECK(average_bandwidth(index_of(rows), timescale) <= peak_bandwidth(index_of(rows), timescale, target));
    CHECK(average_bandwidth(index_of(rows), timescale) <= dash_bandwidth(index_of(rows), timescale, 2.0));
  }
}
