// SPDX-License-Identifier: Apache-2.0
#include "transcoder/key_frames.h"

#include <vector>

#include "tests/catch.h"
#include "transcoder/frame_clock.h"

using namespace segue;
using namespace segue::transcoder;

namespace {

std::vector<std::int64_t> keys(media::Rational rate, media::Grid grid, std::int64_t pictures) {
  KeyFrames wanted(grid, rate);
  std::vector<std::int64_t> found;
  for (std::int64_t i = 0; i < pictures; ++i) {
    if (wanted.is_key(i)) found.push_back(i);
  }
  return found;
}

// How many slots each picture fills, the last one by finish().
std::vector<std::int64_t> slots(const std::vector<std::int64_t>& milliseconds, media::Rational rate, media::Rational origin = {0, 1}) {
  FrameClock clock(origin, rate);
  std::vector<std::int64_t> filled;
  for (const std::int64_t pts : milliseconds) filled.push_back(clock.arrive(&pts, {1, 1000}));
  filled.push_back(clock.finish());
  filled.erase(filled.begin());
  return filled;
}

}  // namespace

using List = std::vector<std::int64_t>;

TEST_CASE("key frames stand on the grid and every two seconds inside a segment") {
  CHECK(keys({25, 1}, {}, 310) == List{0, 25, 50, 100, 150, 200, 250, 300});
  CHECK(keys({25, 1}, {.segment_seconds = 5}, 310) == List{0, 25, 50, 100, 125, 175, 225, 250, 300});
  CHECK(keys({25, 1}, {.segment_seconds = 6, .quick_start = false}, 310) == List{0, 50, 100, 150, 200, 250, 300});
}

TEST_CASE("fractional rates take the picture nearest to each instant, without drift") {
  CHECK(keys({30000, 1001}, {}, 320) == List{0, 30, 60, 120, 180, 240, 300});
  const List far = keys({24000, 1001}, {}, 90000);
  for (std::size_t i = 3; i < far.size(); ++i) CHECK(far[i] == media::rescale(static_cast<std::int64_t>(2 * (i - 1)) * 24000, 1001, 1));
}

TEST_CASE("the last picture of a slow source keeps its time: 20 s at one a second became 19.1 s") {
  FrameClock clock({0, 1}, {10, 1});
  for (const std::int64_t pts : {0, 1000, 2000}) {
    clock.lasts_until(pts + 1000, {1, 1000});
    (void)clock.arrive(&pts, {1, 1000});
  }
  CHECK(clock.finish() == 10);
  CHECK(clock.slots() == 30);
}

TEST_CASE("pictures that claim the time of what came earlier are counted, those of one slot are not") {
  struct Row {
    List milliseconds;
    std::int64_t late;
  };
  for (const Row& row : {Row{{0, 40, 80, 120}, 0}, Row{{0, 10, 20, 40, 50, 80}, 0}, Row{{0, 400, 80, 120, 440}, 2},
                         Row{{9000, 40, 80, 120}, 0}}) {  // the last: further back than any reordering, the clock started anew
    FrameClock clock({0, 1}, {25, 1});
    for (const std::int64_t pts : row.milliseconds) (void)clock.arrive(&pts, {1, 1000});
    CHECK(clock.late() == row.late);
  }
}

TEST_CASE("a constant rate comes out as it went in") { CHECK(slots({0, 40, 80, 120}, {25, 1}) == List{1, 1, 1, 1}); }

TEST_CASE("a variable rate is laid on the grid: pictures repeat, and of two for one slot the later is shown") {
  CHECK(slots({0, 40, 200, 240}, {25, 1}) == List{1, 4, 1, 1});
  CHECK(slots({0, 39, 41, 80}, {25, 1}) == List{1, 0, 1, 1});
}

TEST_CASE("a first picture that comes late is shown from the start") { CHECK(slots({1000, 1040}, {25, 1}) == List{26, 1}); }

TEST_CASE("timestamps that go back or jump by hours count as one picture more") {
  CHECK(slots({0, 40, 36'000'000, 36'000'040}, {25, 1}) == List{1, 1, 1, 1});
  CHECK(slots({10'000, 10'040, 0, 40}, {25, 1}, {10, 1}) == List{1, 1, 1, 1});
}
