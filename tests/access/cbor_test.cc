// SPDX-License-Identifier: Apache-2.0
#include "access/cbor.h"

#include "tests/access/keys.h"
#include "tests/catch.h"

using namespace segue::access;
using Kind = CborItem::Kind;

TEST_CASE("items of RFC 8949's appendix A") {
  struct Row {
    const char* input;
    Kind kind;
    std::uint64_t value;
  };
  const Row rows[] = {
      {"00", Kind::uint, 0},
      {"17", Kind::uint, 23},
      {"1818", Kind::uint, 24},
      {"1903e8", Kind::uint, 1000},
      {"1a000f4240", Kind::uint, 1000000},
      {"1bffffffffffffffff", Kind::uint, 18446744073709551615ULL},
      {"20", Kind::negint, 0},
      {"3903e7", Kind::negint, 999},
      {"c1", Kind::tag, 1},
      {"d2", Kind::tag, 18},
      {"d83d", Kind::tag, 61},
      {"f4", Kind::boolean, 0},
      {"f5", Kind::boolean, 1},
      {"f6", Kind::null, 0},
      {"4401020304", Kind::bytes, 4},
      {"6449455446", Kind::text, 4},
      {"80", Kind::array, 0},
      {"8101", Kind::array, 1},
      {"a10102", Kind::map, 1},
  };
  for (const Row& row : rows) {
    INFO(row.input);
    const std::string input = bytes(row.input);
    const auto item = CborReader(input).next();
    REQUIRE(item);
    CHECK(item->kind == row.kind);
    CHECK(item->value == row.value);
  }
}

TEST_CASE("what is not CBOR, or not taken, ends the reading") {
  const char* rows[] = {"",
                        "18",
                        "1903",
                        "1c",
                        "5f",
                        "7f",
                        "9f",
                        "bf",
                        "ff",
                        "4405",
                        "64494554",
                        "f7",
                        "f8ff",
                        "9a00000001",  // an array that says one entry and ends
                        "9b7fffffffffffffff00",
                        "bb7fffffffffffffff00",  // counts beyond the input
                        "5b7fffffffffffffff00",
                        "5bffffffffffffffff00"};
  for (const char* row : rows) {
    INFO(row);
    const std::string input = bytes(row);
    CHECK_FALSE(CborReader(input).next());
  }
}

TEST_CASE("integers that do not fit are none") {
  const std::string most = bytes("1b7fffffffffffffff"), more = bytes("1b8000000000000000"), least = bytes("3b7fffffffffffffff"),
                    less = bytes("3b8000000000000000");
  CHECK(CborReader(most).next()->integer() == 9223372036854775807LL);
  CHECK_FALSE(CborReader(more).next()->integer());
  CHECK(CborReader(least).next()->integer() == -9223372036854775807LL - 1);
  CHECK_FALSE(CborReader(less).next()->integer());
}

TEST_CASE("the writer's bytes") {
  CborWriter out;
  out.tag(61).tag(18).array(2).integer(-7).integer(24).map(1).text("a").bytes("\x01");
  CHECK(out.out() == bytes("d83dd2 82 26 1818 a1 61'a' 4101"));
}
