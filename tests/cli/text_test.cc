// SPDX-License-Identifier: Apache-2.0
#include "cli/text.h"

#include "tests/catch.h"

using namespace segue::cli;

TEST_CASE("a name from outside cannot command a terminal") {
  CHECK(printable("song.flac") == "song.flac");
  CHECK(printable("two\nlines\tand\x1b[2J") == "two\\nlines\\tand\\x1b[2J");
  CHECK(printable("Señor 🎵") == "Señor 🎵");
  CHECK(printable("latin\xe9") == "latin\\xe9");
  CHECK(printable("\xc0\xaf") == "\\xc0\\xaf");  // overlong
  CHECK(printable("a\xe2\x80\xae"
                  "b") ==
        "a\\xe2\\x80\\xae"
        "b");                                             // right-to-left override
  CHECK(printable("\xf0\x9f\x8e") == "\\xf0\\x9f\\x8e");  // cut short
}

TEST_CASE("columns") {
  CHECK(columns_of("abc") == 3);
  CHECK(columns_of("é") == 1);
  CHECK(columns_of("音楽") == 4);
  CHECK(columns_of("🎵") == 2);
  CHECK(columns_of("e\u0301") == 1);
}

TEST_CASE("fit keeps head and tail") {
  CHECK(fit("short", 10) == "short");
  CHECK(fit("a-rather-long-name.flac", 11) == "a-rat….flac");
  CHECK(fit("音楽音楽音楽", 7) == "音…楽");
  CHECK(fit("abc", 1) == "…");
}

TEST_CASE("wrap") {
  CHECK(wrap("one two three", 7) == std::vector<std::string>{"one two", "three"});
  CHECK(wrap("unbreakable it is", 5) == std::vector<std::string>{"unbreakable", "it is"});
  CHECK(wrap("a\n\nb", 5) == std::vector<std::string>{"a", "", "b"});
}

TEST_CASE("clock and size") {
  CHECK(clock_text(7.4) == "0:07");
  CHECK(clock_text(200) == "3:20");
  CHECK(clock_text(3723) == "1:02:03");
  CHECK(clock_text(-1) == "0:00");
  CHECK(size_text(812) == "812 B");
  CHECK(size_text(3'400'000) == "3.4 MB");
  CHECK(size_text(999'999) == "1.0 MB");
}

TEST_CASE("the word that was probably meant") {
  const std::vector<std::string> verbs = {"down", "ingest", "status", "up", "validate"};
  CHECK(nearest("ingst", verbs) == "ingest");
  CHECK(nearest("stauts", verbs) == "status");
  CHECK(nearest("pu", verbs).empty());
  CHECK(nearest("publish", verbs).empty());
  CHECK(nearest("u", verbs) == "up");
}
