// SPDX-License-Identifier: Apache-2.0
#include "cli/progress.h"

#include <unistd.h>

#include <array>
#include <string>

#include "cli/progress_text.h"
#include "cli/text.h"
#include "tests/catch.h"

using namespace segue::cli;

namespace {

// What a Progress writes until it is destroyed.
template <class Body>
std::string written_by(Progress::Show show, Body body) {
  std::array<int, 2> ends{};
  REQUIRE(::pipe(ends.data()) == 0);
  {
    Progress progress(ends[1], show);
    body(progress);
  }
  ::close(ends[1]);
  std::string text;
  std::array<char, 4096> buffer{};
  for (ssize_t n = 0; (n = ::read(ends[0], buffer.data(), buffer.size())) > 0;) text.append(buffer.data(), static_cast<std::size_t>(n));
  ::close(ends[0]);
  return text;
}

}  // namespace

TEST_CASE("time left needs a total, a beginning and half a second") {
  CHECK(seconds_left({50, 100, 10}) == Approx(10));
  CHECK(seconds_left({100, 100, 10}) == Approx(0));
  CHECK(seconds_left({0, 100, 10}) < 0);
  CHECK(seconds_left({50, 0, 10}) < 0);
  CHECK(seconds_left({50, 100, 0.1}) < 0);
}

TEST_CASE("a bar fills its line and never more") {
  CHECK(bar_line("song.flac", {104, 200, 5}, 80) == "song.flac                       ██████████░░░░░░░░░░  52 %  20.8×  0:05 left");
  CHECK(bar_line("song.flac", {104, 0, 5}, 60) == "song.flac             ░░░░░░░░░░ 1:44  20.8×");
  for (std::size_t columns : {20u, 40u, 50u, 70u, 140u}) {
    CHECK(columns_of(bar_line("音楽/a very long name of a file that does not fit.flac", {3599, 36000, 2}, columns)) <= columns);
  }
}

TEST_CASE("a plain line") {
  CHECK(plain_line(12, 41, {340, 1000, 10}) == "12 of 41 done, 34 %, 34.0× as fast as it plays, 0:19 left");
  CHECK(plain_line(0, 1, {0, 0, 0}) == "0 of 1 done");
}

TEST_CASE("what was said stays, bars are taken away") {
  const std::string text = written_by(Progress::Show::bars, [](Progress& progress) {
    progress.expect(2, 20);
    progress.say("first");
    progress.update("1", "song", 1, 10);
    progress.finish("1", 1, 10);
    progress.say("second");
  });
  CHECK(text.rfind("first\n", 0) == 0);
  CHECK(text.find("\x1b[1A\r\x1b[Jsecond\n") != std::string::npos);
  CHECK(text.size() - text.rfind("\x1b[J") == 3);
}

TEST_CASE("an album counts as its files; after a rest what comes is counted anew") {
  const std::string text = written_by(Progress::Show::bars, [](Progress& progress) {
    progress.expect(12, 0);
    progress.expect(1, 0);
    progress.finish("album", 12, 100);
    progress.say("album");
    progress.start_over();
    progress.say("rest");
    progress.expect(2, 0);
    progress.say("more");
  });
  CHECK(text.find("all: 12 of 13") != std::string::npos);
  CHECK(text.find("all: 0 of 2") != std::string::npos);
  const std::size_t rest = text.find("rest\n");
  CHECK(text.find("all:", rest) > text.find("more\n"));  // no bar while nothing is to be done
}

TEST_CASE("away from a terminal no escape is written") {
  const std::string text = written_by(Progress::Show::plain, [](Progress& progress) {
    progress.expect(1, 10);
    progress.update("1", "song", 1, 10);
    progress.say("done");
  });
  CHECK(text == "done\n");
}
