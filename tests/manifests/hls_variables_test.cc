// SPDX-License-Identifier: Apache-2.0
#include "manifests/hls_variables.h"

#include "tests/catch.h"

using namespace segue::manifests::hls;

TEST_CASE("each variable of a playlist stands for its value") {
  const Variables imported = {{"host", "http://cdn"}};
  const auto made = substitute(
      "#EXTM3U\r\n#EXT-X-DEFINE:NAME=\"path\",VALUE=\"a/b\"\r\n#EXT-X-DEFINE:IMPORT=\"host\"\n#EXT-X-DEFINE:QUERYPARAM=\"token\"\n"
      "# of {$nothing}\n#EXT-X-MAP:URI=\"{$host}/{$path}/init.mp4\"\n{$path}/1.m4s?t={$token}\n{$open\n$path",
      imported, "http://x/p.m3u8?other=1&token=abc#f");
  REQUIRE(made);
  CHECK(made->text ==
        "#EXTM3U\r\n#EXT-X-DEFINE:NAME=\"path\",VALUE=\"a/b\"\r\n#EXT-X-DEFINE:IMPORT=\"host\"\n#EXT-X-DEFINE:QUERYPARAM=\"token\"\n"
        "# of {$nothing}\n#EXT-X-MAP:URI=\"http://cdn/a/b/init.mp4\"\na/b/1.m4s?t=abc\n{$open\n$path");
  CHECK(made->variables == Variables{{"host", "http://cdn"}, {"path", "a/b"}, {"token", "abc"}});
  CHECK(has_variables("#EXTM3U\n#EXT-X-DEFINE:NAME=\"a\",VALUE=\"\"\n"));
  CHECK_FALSE(has_variables("#EXTM3U\n{$a}\n"));
}

TEST_CASE("a variable that has no value is an error that names the line") {
  struct Row {
    const char *line, *error;
  };
  for (const Row& row :
       {Row{"{$a}.m3u8", "line 2: variable \"a\" is not defined"},
        {"#EXT-X-DEFINE:IMPORT=\"a\"", "line 2: IMPORT of \"a\", which the multivariant playlist does not define"},
        {"#EXT-X-DEFINE:QUERYPARAM=\"a\"", "line 2: QUERYPARAM \"a\", which the playlist's address does not have"},
        {"#EXT-X-DEFINE:VALUE=\"a\"", "line 2: EXT-X-DEFINE: expected NAME, IMPORT or QUERYPARAM"},
        {"#EXT-X-DEFINE:NAME=\"a", "line 2: attribute \"NAME\": closing quote missing"},
        {"#EXT-X-DEFINE:NAME=\"a\",VALUE=\"1\"\n#EXT-X-DEFINE:NAME=\"a\",VALUE=\"2\"", "line 3: variable \"a\" is defined twice"}}) {
    INFO(row.line);
    const auto made = substitute(std::string("#EXTM3U\n") + row.line, {}, "p.m3u8?aa=1");
    REQUIRE_FALSE(made);
    CHECK(made.error().message == row.error);
  }
  std::string growing = "#EXT-X-DEFINE:NAME=\"a0\",VALUE=\"" + std::string(60'000, 'x') + "\"\n";
  for (int i = 1; i < 30; ++i) {
    const std::string before = "{$a" + std::to_string(i - 1) + "}";
    growing += "#EXT-X-DEFINE:NAME=\"a" + std::to_string(i) + "\",VALUE=\"" + before + before + "\"\n";
  }
  CHECK_FALSE(substitute(growing, {}, ""));
}
