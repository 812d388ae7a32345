// SPDX-License-Identifier: Apache-2.0
#include "catalog-api/opensubsonic/lrc.h"
#include "catalog-api/opensubsonic/node.h"
#include "catalog-api/opensubsonic/whole_file.h"
#include "service/http/range.h"
#include "tests/catch.h"

using namespace segue;
using namespace segue::opensubsonic;
using Kind = service::http::Range::Kind;

TEST_CASE("one tree, as XML and as JSON") {
  Node node;
  node.field("id", 7)
      .field("name", "A & \"B\" <c>\n")
      .field("real", 1.5)
      .field("yes", true)
      .field_if("none", "")
      .field_if("zero", std::int64_t{0});
  node.object("one", Node().field("x", 1).text("T<"));
  node.list("many", {Node().field("y", 1), Node()}).list("empty", {}).scalars("n", {std::int64_t{1}, std::int64_t{2}});
  std::string xml, json;
  node.print_xml("r", xml);
  node.print_json(json);
  CHECK(xml ==
        "<r id=\"7\" name=\"A &amp; &quot;B&quot; &lt;c&gt;&#10;\" real=\"1.5\" yes=\"true\"><one x=\"1\">T&lt;</one><many y=\"1\"/><many/>"
        "<n>1</n><n>2</n></r>");
  CHECK(
      json ==
      R"({"id":7,"name":"A & \"B\" <c>\u000a","real":1.5,"yes":true,"one":{"x":1,"value":"T<"},"many":[{"y":1},{}],"empty":[],"n":[1,2]})");
  std::string odd;
  Node().field("a", std::string("\x01\x7f\xff", 3)).print_xml("r", odd);
  CHECK(odd == "<r a=\"???\"/>");
}

TEST_CASE("lyrics with times and without") {
  CHECK(parse_lyrics("one\r\n\ntwo").lines == std::vector<LyricLine>{{-1, "one"}, {-1, ""}, {-1, "two"}});
  const Lyrics synced =
      parse_lyrics("[ar:Somebody]\n[offset:+500]\n[00:02.50][1:00] chorus\n[00:01.005]first\n[Verse] not timed\n[99:99.00]odd");
  CHECK(synced.is_synced);
  CHECK(synced.lines == std::vector<LyricLine>{{505, "first"}, {2000, "chorus"}, {59500, "chorus"}});
  CHECK(parse_lyrics("").lines.empty());
  CHECK(parse_lyrics(std::string(100000, '[')).lines.size() == 1);
}

TEST_CASE("ranges of bytes") {
  struct Case {
    const char* field;
    Kind kind;
    std::uint64_t first, last;
  };
  const Case table[] = {{"bytes=0-4", Kind::part, 0, 4},
                        {"bytes=5-", Kind::part, 5, 9},
                        {"bytes=-3", Kind::part, 7, 9},
                        {"bytes=-30", Kind::part, 0, 9},
                        {"bytes=8-99", Kind::part, 8, 9},
                        {"bytes=10-", Kind::unsatisfiable, 0, 0},
                        {"bytes=-0", Kind::unsatisfiable, 0, 0},
                        {"bytes=4-2", Kind::whole, 0, 0},
                        {"bytes=0-1,3-4", Kind::whole, 0, 0},
                        {"items=0-1", Kind::whole, 0, 0},
                        {"bytes=a-b", Kind::whole, 0, 0},
                        {"bytes=-", Kind::whole, 0, 0},
                        {"", Kind::whole, 0, 0},
                        {"bytes=18446744073709551616-", Kind::whole, 0, 0}};
  for (const auto& [field, kind, first, last] : table) {
    CAPTURE(field);
    const auto range = service::http::parse_range(field, 10);
    CHECK((range.kind == kind && range.first == first && range.last == last));
  }
}

TEST_CASE("a slice of parts is what a slice of their bytes would be") {
  const std::vector<service::http::BodyPart> parts{{"abc", "", 0, 0}, {"", "/f", 100, 4}, {"xy", "", 0, 0}};
  const auto all = slice(parts, 0, 9);
  CHECK(all.size() == 3);
  const auto middle = slice(parts, 2, 4);
  REQUIRE(middle.size() == 2);
  CHECK((middle[0].bytes == "c" && middle[1].offset == 100 && middle[1].length == 3));
  const auto tail = slice(parts, 6, 3);
  REQUIRE(tail.size() == 2);
  CHECK((tail[0].offset == 103 && tail[0].length == 1 && tail[1].bytes == "xy"));
  CHECK(slice(parts, 9, 1).empty());
}
