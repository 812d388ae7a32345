// SPDX-License-Identifier: Apache-2.0
#include "access/network.h"

#include "tests/catch.h"

using namespace segue::access;

TEST_CASE("a network holds its addresses and no others") {
  struct Row {
    const char *network, *address;
    bool inside;
  };
  const Row rows[] = {
      {"203.0.113.7", "203.0.113.7", true},
      {"203.0.113.7", "203.0.113.8", false},
      {"203.0.113.0/24", "203.0.113.255", true},
      {"203.0.113.0/24", "203.0.114.0", false},
      {"203.0.112.0/23", "203.0.113.9", true},
      {"203.0.112.0/23", "203.0.114.9", false},
      {"0.0.0.0/0", "8.8.8.8", true},
      {"0.0.0.0/0", "2001:db8::1", false},
      {"2001:db8::/33", "2001:db8:7fff::1", true},
      {"2001:db8::/33", "2001:db8:8000::1", false},
      {"203.0.113.7", "::ffff:203.0.113.7", true},
  };
  for (const Row& row : rows) {
    INFO(row.network << " " << row.address);
    CHECK(network_of(row.network)->holds(*network_of(row.address)) == row.inside);
  }
}

TEST_CASE("what is no network is refused") {
  for (const char* text : {"", "localhost", "1.2.3", "1.2.3.4/33", "1.2.3.4/", "1.2.3.4/x", "1.2.3.4/8 ", "::1/129", "1.2.3.4 ", "/8"}) {
    INFO(text);
    CHECK_FALSE(network_of(text));
  }
}

TEST_CASE("a network prints as it was read") {
  for (const char* text : {"203.0.113.7", "203.0.113.0/24", "2001:db8::/32", "::1"}) CHECK(network_of(text)->text() == text);
}
