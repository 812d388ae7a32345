// SPDX-License-Identifier: Apache-2.0
#include "transcoder/time_jumps.h"

#include <vector>

#include "tests/catch.h"

using namespace segue::transcoder;

namespace {

constexpr std::size_t kPicture = 0, kSound = 1;
struct Packet {
  std::size_t stream;
  double at;     // seconds
  double comes;  // what it becomes
};

void check(const std::vector<Packet>& packets) {
  TimeJumps jumps(std::chrono::seconds(10));
  for (const Packet& packet : packets) {
    INFO("stream " << packet.stream << " at " << packet.at);
    const auto at = static_cast<std::int64_t>(packet.at * 1e6);
    const std::int64_t shift = jumps.shift_of(packet.stream, at, 40'000);
    CHECK(static_cast<double>(at + shift) / 1e6 == Approx(packet.comes).margin(1e-6));
  }
}

}  // namespace

TEST_CASE("times that go on are left alone, holes and overlaps of a recording too") {
  check({{kPicture, 100, 100},
         {kSound, 99.9, 99.9},
         {kPicture, 100.04, 100.04},
         {kSound, 106, 106},
         {kPicture, 106, 106},
         {kSound, 105.5, 105.5}});
}

TEST_CASE("a clock that starts anew goes on for both streams, with the distance that they had") {
  check({{kPicture, 95000, 95000},
         {kSound, 94999.7, 94999.7},
         {kPicture, 1.4, 95000.04},
         {kSound, 1.1, 94999.74},
         {kPicture, 1.44, 95000.08},
         {kSound, 1.14, 94999.78}});
}

TEST_CASE("packets of before a leap that come after its first one keep their time") {
  check({{kPicture, 10, 10},
         {kSound, 9.8, 9.8},
         {kPicture, 5010, 10.04},  // leaps
         {kSound, 9.84, 9.84},     // straggles
         {kPicture, 5010.04, 10.08},
         {kSound, 9.88, 9.88},
         {kSound, 5009.88, 9.92},
         {kPicture, 5010.08, 10.12}});
}

TEST_CASE("a picture that stands for long in one stream moves the others nowhere") {
  check({{kPicture, 0, 0}, {kSound, 0, 0}, {kPicture, 60, 0.04}, {kSound, 0.04, 0.04}, {kSound, 0.08, 0.08}, {kPicture, 60.04, 0.08}});
}

TEST_CASE("leaps back and forth add up") {
  check({{kSound, 1, 1}, {kSound, 1000, 1.04}, {kSound, 0, 1.08}, {kSound, 0.04, 1.12}, {kSound, 50, 1.16}});
}
