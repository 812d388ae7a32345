// SPDX-License-Identifier: Apache-2.0
#include "media/grid.h"

#include "tests/catch.h"

using namespace segue::media;

TEST_CASE("the grid starts quickly, then is regular") {
  const Grid grid;
  const std::int64_t starts[] = {0, 1, 2, 4, 8, 12};
  for (std::int64_t n = 0; n < 6; ++n) {
    CHECK(grid.start_of(n) == starts[n]);
    CHECK(grid.segment_at({starts[n], 1}) == n);
    CHECK(grid.segment_at({starts[n] * 1000 + 999, 1000}) == n);
  }
  const Grid plain{.segment_seconds = 6, .quick_start = false};
  CHECK(plain.start_of(3) == 18);
  CHECK(plain.segment_at({1799, 100}) == 2);
}

TEST_CASE("boundaries of audio frames are nearest to the ideal instant and do not drift") {
  // AAC at 44.1 kHz: frames of 1024, 1024 of priming before the programme.
  const GridTrack aac{.grid = {}, .timescale = 44100, .sample_duration = 1024, .first_tick = -1024};
  CHECK(aac.first_sample(0) == 0);
  CHECK(aac.first_sample(1) == 44);                                      // (44100 + 1024) / 1024 = 44.07
  CHECK(aac.first_sample(3) == 173);                                     // 173.27
  CHECK(aac.first_sample(9002) == (36000 * 44100 + 1024 + 512) / 1024);  // ten hours in
  const GridTrack film{.grid = {}, .timescale = 30000, .sample_duration = 1001, .first_tick = 0};
  CHECK(film.first_sample(1) == 30);
  CHECK(film.first_sample(2) == 60);
  CHECK(film.first_sample(4) == 240);
  CHECK(film.first_sample(100) == 11748);  // 392 s = 11748.25 pictures
}
