// SPDX-License-Identifier: Apache-2.0
#include "media/segment.h"

#include "tests/catch.h"

using namespace segue::media;

TEST_CASE("any segment of a track of one file is found without walking it") {
  SegmentIndex index;
  index.set_start(1000);
  index.begin_file(500);
  std::uint64_t offset = 500;
  Ticks start = 1000;
  for (std::uint32_t n = 0; n < 100; ++n) index.append(10 + n, 7 + n % 3);
  for (std::uint32_t n = 0; n < 100; ++n) {
    const Segment segment = index.at(n);
    CHECK(segment.offset == offset);
    CHECK(segment.start == start);
    CHECK(segment.size == 10 + n);
    offset += segment.size;
    start += segment.duration;
  }
  CHECK(index.end() == start);
  CHECK(index.max_duration() == 9);
}

TEST_CASE("an album's timeline runs through several files") {
  SegmentIndex index;
  std::vector<Segment> expected;
  Ticks start = 0;
  for (std::uint32_t file = 0; file < 9; ++file) {
    std::uint64_t offset = 1000 + file;
    index.begin_file(offset);
    for (std::uint32_t n = 0; n < 11 + file; ++n) {
      index.append(100 + n, 4);
      expected.push_back({file, offset, 100 + n, start, 4});
      offset += 100 + n;
      start += 4;
    }
  }
  REQUIRE(index.size() == expected.size());
  for (std::size_t n = 0; n < expected.size(); ++n) {
    INFO("segment " << n);
    CHECK(index.at(n).file == expected[n].file);
    CHECK(index.at(n).offset == expected[n].offset);
    CHECK(index.at(n).start == expected[n].start);
  }
}

TEST_CASE("a walk sees the same segments as at()") {
  segue::media::SegmentIndex index;
  index.set_start(1000);
  index.begin_file(700);
  for (std::uint32_t i = 0; i < 70; ++i) {
    if (i == 33) index.begin_file(90);
    index.append(100 + i, 4096 + i % 3);
  }
  std::size_t seen = 0;
  for (auto walk = index.walk(); !walk.done(); walk.next(), ++seen) {
    const auto expected = index.at(walk.number());
    CHECK(walk->file == expected.file);
    CHECK(walk->offset == expected.offset);
    CHECK(walk->size == expected.size);
    CHECK(walk->start == expected.start);
    CHECK(walk->duration == expected.duration);
  }
  CHECK(seen == 70);
  CHECK(segue::media::SegmentIndex().walk().done());
}
