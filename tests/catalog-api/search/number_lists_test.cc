// SPDX-License-Identifier: Apache-2.0
#include "catalog-api/search/number_lists.h"

#include "tests/catch.h"

namespace segue::search {
namespace {

using Bytes = std::vector<std::uint8_t>;
using Numbers = std::vector<std::uint32_t>;

TEST_CASE("a list is its length and the gaps between its numbers") {
  const std::vector<std::pair<Numbers, Bytes>> cases{
      {{}, {0}},
      {{0}, {1, 0}},
      {{0, 1, 2}, {3, 0, 0, 0}},
      {{5, 6, 200}, {3, 5, 0, 0xC1, 0x01}},
      {{127, 128, 16'511, 16'512}, {4, 0x7F, 0, 0xFE, 0x7F, 0}},
      {{0xFFFFFFFD}, {1, 0xFD, 0xFF, 0xFF, 0xFF, 0x0F}},
  };
  for (const auto& [numbers, bytes] : cases) {
    Bytes written;
    const auto offsets = write_lists(
        1,
        [&](auto&& visit) {
          for (const std::uint32_t number : numbers) visit(0, number);
        },
        written);
    CHECK(written == bytes);
    REQUIRE(are_lists(offsets, written, 0xFFFFFFFF));
    Numbers read;
    list_at(offsets, written, 0).for_each([&](std::uint32_t number) { read.push_back(number); });
    CHECK(read == numbers);
  }
}

TEST_CASE("many lists at once, some empty; the first numbers of one; a visit that has enough") {
  Bytes bytes{0xAA};  // what was there before
  const auto offsets = write_lists(
      4,
      [](auto&& visit) {
        for (std::uint32_t number = 0; number < 100; ++number) visit(number % 3, number * 7);
      },
      bytes);
  CHECK(bytes[0] == 0xAA);
  REQUIRE(are_lists(offsets, bytes, 99 * 7 + 1));
  CHECK_FALSE(are_lists(offsets, bytes, 99 * 7));
  CHECK(list_at(offsets, bytes, 0).size() == 34);
  CHECK(list_at(offsets, bytes, 3).size() == 0);
  Numbers read;
  list_at(offsets, bytes, 1).first(3).for_each([&](std::uint32_t number) { read.push_back(number); });
  CHECK(read == Numbers{7, 28, 49});
  std::uint32_t seen = 0;
  CHECK_FALSE(list_at(offsets, bytes, 2).visit_while([&](std::uint32_t) { return ++seen < 5; }));
  CHECK(seen == 5);
}

TEST_CASE("bytes that are no list are refused") {
  const std::vector<Bytes> cases{
      {},                                    // not even a length
      {1},                                   // a number too few
      {1, 0, 0},                             // a byte too many
      {1, 100},                              // not below the limit
      {2, 90, 9},                            // nor the second one
      {1, 0x80},                             // a varint that ends nowhere
      {1, 0x80, 0x80, 0x80, 0x80, 0x80, 0},  // one of six bytes
      {1, 0xFF, 0xFF, 0xFF, 0xFF, 0x1F},     // more than 32 bits
      {0xFF, 0xFF, 0xFF, 0xFF, 0x0F, 0, 0},  // four billion numbers in two bytes
  };
  for (const Bytes& bytes : cases) {
    const std::vector<std::uint32_t> offsets{0, static_cast<std::uint32_t>(bytes.size())};
    CHECK_FALSE(are_lists(offsets, bytes, 100));
  }
}

}  // namespace
}  // namespace segue::search
