// SPDX-License-Identifier: Apache-2.0
#include "edge-cache/balance/members.h"

#include "tests/catch.h"

using namespace segue::balance;

TEST_CASE("origins as an operator writes them") {
  struct Row {
    const char *address, *value, *line;  // line: "" when it is refused
  };
  const Row rows[] = {
      {"10.0.0.7:8081", "2", "10.0.0.7:8081 2\n"},
      {"origin.example:80", "1 backup", "origin.example:80 1 backup\n"},
      {"[::1]:81", "1000", "[::1]:81 1000\n"},
      {"10.0.0.7", "1", ""},
      {":80", "1", ""},
      {"[]:80", "1", ""},
      {"::1:80", "1", ""},
      {"a:0", "1", ""},
      {"a:65536", "1", ""},
      {"a:80", "0", ""},
      {"a:80", "1001", ""},
      {"a:80", "", ""},
      {"a:80", "1 spare", ""},
      {"a b:80", "1", ""},
      {"a\n:80", "1", ""},
  };
  for (const Row& row : rows) {
    CAPTURE(row.address, row.value);
    const auto origin = origin_of(row.address, row.value);
    CHECK((origin ? print_origins({*origin}) : "") == row.line);
  }
}

TEST_CASE("a list on disk reads as it was written, sorted") {
  const auto read = parse_origins("b:1 2\na:1 1 backup\n");
  REQUIRE(read.has_value());
  CHECK(print_origins(*read) == "a:1 1 backup\nb:1 2\n");
  CHECK(parse_origins(print_origins(*read)).value() == *read);
  CHECK(parse_origins("").value().empty());
  for (const char* broken : {"\n", "a:1", "a:1 1\nb", "a:1 1 1", "a:1 1\na:1 2\n"}) {
    CAPTURE(broken);
    CHECK_FALSE(parse_origins(broken).has_value());
  }
  std::string many;
  for (int i = 0; i < 65; ++i) many += "a" + std::to_string(i) + ":1 1\n";
  CHECK_FALSE(parse_origins(many).has_value());
}
