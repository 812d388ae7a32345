// SPDX-License-Identifier: Apache-2.0
#include "transcoder/language.h"

#include "tests/catch.h"

using segue::transcoder::bcp47;

TEST_CASE("three letters of a container become the shortest tag") {
  CHECK(bcp47("eng") == "en");
  CHECK(bcp47("fre") == "fr");
  CHECK(bcp47("fra") == "fr");
  CHECK(bcp47("zul") == "zu");
  CHECK(bcp47("aar") == "aa");
  CHECK(bcp47("haw") == "haw");
  CHECK(bcp47("pt_BR") == "pt-BR");
  CHECK(bcp47("zh-Hant") == "zh-Hant");
}

TEST_CASE("what is no language tag is undetermined") {
  CHECK(bcp47("") == "und");
  CHECK(bcp47("und") == "und");
  CHECK(bcp47("12") == "und");
  CHECK(bcp47("a\nb") == "und");
  CHECK(bcp47("en-") == "und");
  CHECK(bcp47("zxx") == "und");
}
