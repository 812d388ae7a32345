// SPDX-License-Identifier: Apache-2.0
#include "transcoder/tag_text.h"

#include <utility>
#include <vector>

#include "tests/catch.h"

using segue::transcoder::tag_text;

TEST_CASE("a tag's text is UTF-8, whatever its writer's code page") {
  const std::vector<std::pair<std::string, std::string>> table = {
      {"plain", "plain"},
      {"", ""},
      {"Gr\xC3\xB6\xC3\x9F"
       "e \xE9\x9B\xAA \xF0\x9F\x8E\xB5",
       "Gr\xC3\xB6\xC3\x9F"
       "e \xE9\x9B\xAA \xF0\x9F\x8E\xB5"},
      {"K\xFCnstler", "K\xC3\xBCnstler"},                                        // ID3v1, Latin-1
      {"caf\xE9", "caf\xC3\xA9"},                                                // at the end
      {"\x93quoted\x94 5\x80", "\xE2\x80\x9Cquoted\xE2\x80\x9D 5\xE2\x82\xAC"},  // Windows' own
      {"\x81", "\xEF\xBF\xBD"},                                                  // is nothing in it
      {"\xFF\xFE\xC3(", "\xC3\xBF\xC3\xBE\xC3\x83("},
      {"M\xC3\xB6tley Cr\xC3", "M\xC3\xB6tley Cr\xEF\xBF\xBD"},  // UTF-8 that was cut at 30 bytes
      {"\xE0\xB8\x81\xE0\xB8", "\xE0\xB8\x81\xEF\xBF\xBD\xEF\xBF\xBD"},
      {"\xE0\xB8\x81\xE0", "\xE0\xB8\x81\xEF\xBF\xBD"},
      {"\x93\x42\x45\x59\x4F\x4E\x43\xC9\x94",
       "\xE2\x80\x9C"
       "BEYONC\xC3\x89\xE2\x80\x9D"},  // C9 94 is a character by chance
      {"\xC9\x94 caf\xE9 x", "\xC3\x89\xE2\x80\x9D caf\xC3\xA9 x"},
      {"\xC3\xB6 \xED\xA0\x80", "\xC3\x83\xC2\xB6 \xC3\xAD\xC2\xA0\xE2\x82\xAC"},  // a surrogate
      {"\xC3\xB6 \xC0\xAF", "\xC3\x83\xC2\xB6 \xC3\x80\xC2\xAF"},                  // overlong
  };
  for (const auto& [bytes, text] : table) {
    INFO(text);
    CHECK(tag_text(bytes) == text);
  }
}
