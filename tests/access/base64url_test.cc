// SPDX-License-Identifier: Apache-2.0
#include "access/base64url.h"

#include <string>

#include "tests/catch.h"

using namespace segue::access;

TEST_CASE("base64url writes and reads RFC 4648's examples without padding") {
  struct Row {
    const char *bytes, *text;
  };
  for (const Row& row : {Row{"", ""}, Row{"f", "Zg"}, Row{"fo", "Zm8"}, Row{"foo", "Zm9v"}, Row{"foob", "Zm9vYg"}, Row{"fooba", "Zm9vYmE"},
                         Row{"\xfb\xff\xfe", "-__-"}}) {
    CHECK(base64url(row.bytes) == row.text);
    CHECK(from_base64url(row.text) == std::string(row.bytes));
  }
}

TEST_CASE("base64url has one spelling for each value") {
  for (const char* text : {"Zg==", "Zh", "Zm9", "Z", "Zm9v\n", "Zm+v", "Zm/v", " Zm9v", "Zm9vY"}) CHECK_FALSE(from_base64url(text));
}
