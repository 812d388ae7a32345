// SPDX-License-Identifier: Apache-2.0
#include "transcoder/cues.h"

#include "media.h"
#include "tests/catch.h"

using namespace segue;
using namespace segue::transcoder;

namespace {

// "0+500 vtte | 500+500 Hi" ...
std::string shown(const std::vector<TextSample>& samples) {
  std::string text;
  for (const TextSample& sample : samples) {
    if (!text.empty()) text += " | ";
    text += std::to_string(sample.start_ms);
    text += '+';
    text += std::to_string(sample.duration_ms);
    for (std::size_t at = 0; at + 8 <= sample.data.size();) {
      const std::size_t size = static_cast<std::size_t>(sample.data[at + 2]) << 8 | sample.data[at + 3];
      const std::string type(sample.data.begin() + static_cast<std::ptrdiff_t>(at) + 4,
                             sample.data.begin() + static_cast<std::ptrdiff_t>(at) + 8);
      text += ' ';
      if (type == "vttc")
        text.append(sample.data.begin() + static_cast<std::ptrdiff_t>(at) + 16,
                    sample.data.begin() + static_cast<std::ptrdiff_t>(at + size));
      if (type == "vtte") text += "-";
      at += size;
    }
  }
  return text;
}

}  // namespace

TEST_CASE("samples tile the time, cues are told again at each segment's start") {
  CHECK(shown(text_samples({{500, 1500, "Hi"}}, {}, 3000)) == "0+500 - | 500+500 Hi | 1000+500 Hi | 1500+500 - | 2000+1000 -");
  CHECK(shown(text_samples({}, {}, 1500)) == "0+1000 - | 1000+500 -");
}

TEST_CASE("overlapping cues are shown together, what lies outside is cut") {
  CHECK(shown(text_samples({{100, 600, "B"}, {-50, 300, "A"}, {900, 5000, "C"}}, {}, 1000)) ==
        "0+100 A | 100+200 A B | 300+300 B | 600+300 - | 900+100 C");
  CHECK(text_samples({{0, 1, "x"}}, {}, 0).empty());
}

TEST_CASE("styling that WebVTT has stays, the rest goes, markup is escaped") {
  struct Row {
    const char *ass, *webvtt;
    Braces braces = Braces::text;
  };
  const std::vector<Row> table = {
      {"{\\an8\\i1}Hello{\\i0}\\NWorld", "<i>Hello</i>\nWorld"},
      {"a < b & c\\h!", "a &lt; b &amp; c&nbsp;!"},
      {"{\\pos(1,2)}x\\N\\N", "x"},
      {"{broken", "{broken"},
      {"a {sic} b", "a {sic} b"},
      {"a {sic} b", "a  b", Braces::comment},
      {"\\{{}sic\\}", "{sic}"},  // as libavcodec writes braces of WebVTT
      {"{\\p1}m 0 0 l 100 0{\\p0}Sign", "Sign", Braces::comment},
      {"{\\pos(3,4)\\p4}m 0 0 l 5 5", "", Braces::comment},
      {"{\\pbo3}not drawn", "not drawn", Braces::comment},
  };
  for (const Row& row : table) {
    INFO(row.ass);
    CHECK(webvtt_of_ass(row.ass, row.braces) == row.webvtt);
  }
  CHECK(shown(text_samples({{0, 500, "Sign"}, {0, 500, "Sign"}, {100, 500, "Hi"}}, {}, 500)) == "0+100 Sign | 100+400 Sign Hi");
}

TEST_CASE("SubRip in a film becomes WebVTT samples as long as the film") {
  const TestFolder folder;
  const std::string text = folder.path("t.srt");
  std::FILE* file = std::fopen(text.c_str(), "w");
  REQUIRE(file != nullptr);
  std::fputs("1\n00:00:00,100 --> 00:00:00,900\nHello <i>you</i>\n\n2\n00:00:01,200 --> 00:00:01,500\nTwo\nlines\n", file);
  std::fclose(file);
  const std::string path =
      folder.make("-f lavfi -i testsrc2=s=64x64:r=25:d=2 -i '" + text + "' -c:v libx264 -metadata:s:s:0 language=ger", "a.mkv");
  const KeptRun run = transcode_file(path, "h264 120p crf 40 max 300k preset ultrafast\n");
  REQUIRE(run.result);
  const KeptTrack& track = run.track("text-de");
  std::vector<TextSample> samples;
  for (const KeptSample& sample : track.samples) samples.push_back({sample.dts, sample.duration, sample.data});
  CHECK(shown(samples) == "0+100 - | 100+800 Hello <i>you</i> | 900+100 - | 1000+200 - | 1200+300 Two\nlines | 1500+500 -");
  CHECK(track.has_ended);
}
