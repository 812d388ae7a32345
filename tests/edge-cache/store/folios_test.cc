// SPDX-License-Identifier: Apache-2.0
#include "edge-cache/store/folios.h"

#include "tests/catch.h"

using namespace segue::edge;

TEST_CASE("a file ends with its body, or where its last folio ends when little is missing") {
  struct Row {
    std::uint64_t body, stored;
  };
  for (const Row row : {Row{0, 0}, Row{1, 1}, Row{3900, 3900}, Row{4096, 4096}, Row{7000, 7000}, Row{7500, 8192}, Row{62000, 65536},
                        Row{50000, 50000}, Row{65536, 65536}, Row{65537, 65537}, Row{65536 + 62000, 131072}, Row{5904900, 5904900}}) {
    CAPTURE(row.body);
    CHECK(stored_bytes(row.body) == row.stored);
  }
}

TEST_CASE("whoever begins a stretch of 64 KB fills it up") {
  constexpr std::optional<std::uint64_t> kUnknown;
  struct Row {
    std::uint64_t at, bytes;
    std::optional<std::uint64_t> body;
    std::size_t padding;
  };
  for (const Row& row : {
           Row{0, 62000, 62000, 3536},         // all at once
           Row{0, 1000, 62000, 64536},         // and bit by bit
           Row{1000, 61000, 62000, 0},         //
           Row{0, 65217, 200000, 319},         // a part of a long body
           Row{65217, 65536, 200000, 319},     // the next: the rest of a stretch, most of another
           Row{130753, 319, 200000, 0},        // no more than the rest of one
           Row{131072, 68928, 200000, 0},      // the last stretch is too short to be filled up
           Row{0, 65536, 65536, 0},            //
           Row{0, 2000, kUnknown, 0},          // most bodies of unknown length are small
           Row{2000, 65000, kUnknown, 64072},  //
           Row{0, 100, 100, 0},                //
           Row{0, 0, 0, 0},
       }) {
    CAPTURE(row.at, row.bytes);
    CHECK(padding_behind(row.at, row.bytes, row.body) == row.padding);
  }
}
