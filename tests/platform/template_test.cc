// SPDX-License-Identifier: Apache-2.0
#include "platform/template.h"

#include "tests/catch.h"

using segue::platform::fill_template;
using segue::platform::Values;

TEST_CASE("every name becomes its value") {
  const Values values = {{"RUN", "/home/a b/run"}, {"EDGE_PORT", "8082"}, {"USER2", "me"}, {"EMPTY", ""}};
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"", ""},
      {"daemon off;\n", "daemon off;\n"},
      {"pid \"@RUN@/x.pid\";", "pid \"/home/a b/run/x.pid\";"},
      {"@EDGE_PORT@@USER2@", "8082me"},
      {"[@EMPTY@]", "[]"},
      {"error_page 502 @no_edge;\nlocation @no_edge { listen @EDGE_PORT@; }",
       "error_page 502 @no_edge;\nlocation @no_edge { listen 8082; }"},
      {"a@b @EDGE_PORT@ c@", "a@b 8082 c@"},
  };
  for (const auto& [text, expected] : cases) {
    const auto filled = fill_template("t", text, values);
    INFO(text);
    REQUIRE(filled);
    CHECK(*filled == expected);
  }
}

TEST_CASE("what cannot be filled is named with its line") {
  const std::string refused = "@STORE@: nginx cannot read a value with \", \\, $ or a control character: ";
  struct Case {
    std::string text;
    Values values;
    std::string error;
  };
  const std::vector<Case> cases = {
      {"a\nb @STORE@\n", {}, "t line 2: @STORE@ has no value"},
      {"@STORE@", {{"STORE", "a\"b"}}, "t line 1: " + refused + "a\"b"},
      {"\n\n@STORE@", {{"STORE", "$home"}}, "t line 3: " + refused + "$home"},
      {"@STORE@", {{"STORE", "a\\b"}}, "t line 1: " + refused + "a\\b"},
      {"@STORE@", {{"STORE", "a\nb"}}, "t line 1: " + refused + "a\nb"},
  };
  for (const auto& [text, values, error] : cases) {
    const auto filled = fill_template("t", text, values);
    REQUIRE(!filled);
    CHECK(filled.error().message == error);
  }
}
