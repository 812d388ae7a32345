// SPDX-License-Identifier: Apache-2.0
// wvtt samples → one WebVTT text, literal on both sides.
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <iterator>

#include "packager/byte_sink.h"
#include "packager/track_writer.h"
#include "packager/webvtt_file.h"
#include "packager/webvtt_text.h"
#include "tests/catch.h"

using namespace segue;
using namespace segue::packager;

namespace {

using Bytes = std::vector<std::uint8_t>;

std::string box(const std::string& type, const std::string& payload) {
  const std::size_t size = payload.size() + 8;
  return std::string{'\0', '\0', static_cast<char>(size >> 8), static_cast<char>(size & 255)} + type + payload;
}
std::string cue(const std::string& text, const std::string& before = "") { return box("vttc", before + box("payl", text)); }
const std::string kNothing = box("vtte", "");

struct Told {
  std::uint32_t duration;
  std::string sample;
};

std::string text_of(const std::vector<Told>& samples, const std::string& header = "WEBVTT", std::uint32_t timescale = 1000,
                    media::Ticks lead_in = 0) {
  WebVttText text(header, timescale, lead_in);
  media::Ticks at = 0;
  for (const Told& one : samples) {
    const Bytes bytes(one.sample.begin(), one.sample.end());
    if (const auto added = text.add(at, one.duration, bytes); !added) return added.error().message;
    at += one.duration;
  }
  return text.text();
}

}  // namespace

TEST_CASE("cues stand once each, whatever segments and neighbours cut them") {
  struct Row {
    const char* what;
    std::vector<Told> samples;
    const char* text;
  };
  const Row table[] = {
      {"no sample", {}, "WEBVTT\n"},
      {"no cue", {{5000, kNothing}}, "WEBVTT\n"},
      {"a cue without words", {{5000, cue("")}}, "WEBVTT\n"},
      {"one cue", {{500, kNothing}, {1250, cue("Hi")}, {9, kNothing}}, "WEBVTT\n\n00:00:00.500 --> 00:00:01.750\nHi\n"},
      {"told again at a segment's start", {{1000, cue("Hi")}, {1000, cue("Hi")}}, "WEBVTT\n\n00:00:00.000 --> 00:00:02.000\nHi\n"},
      {"the same words after a pause",
       {{1000, cue("Hi")}, {1, kNothing}, {1000, cue("Hi")}},
       "WEBVTT\n\n00:00:00.000 --> 00:00:01.000\nHi\n\n00:00:01.001 --> 00:00:02.001\nHi\n"},
      {"overlapping",
       {{1000, cue("A")}, {1000, cue("A") + cue("B")}, {1000, cue("B")}},
       "WEBVTT\n\n00:00:00.000 --> 00:00:02.000\nA\n\n00:00:01.000 --> 00:00:03.000\nB\n"},
      {"the same words twice at one time",
       {{1000, cue("A")}, {1000, cue("A") + cue("A")}},
       "WEBVTT\n\n00:00:00.000 --> 00:00:02.000\nA\n\n00:00:01.000 --> 00:00:02.000\nA\n"},
      {"settings and id; another place is another cue",
       {{1000, cue("A", box("iden", "7") + box("sttg", "line:0 align:left"))}, {1000, cue("A", box("iden", "7"))}},
       "WEBVTT\n\n7\n00:00:00.000 --> 00:00:01.000 line:0 align:left\nA\n\n7\n00:00:01.000 --> 00:00:02.000\nA\n"},
      {"beyond a hundred hours", {{360'000'000, kNothing}, {1, cue("A")}}, "WEBVTT\n\n100:00:00.000 --> 100:00:00.001\nA\n"},
  };
  for (const Row& row : table) {
    INFO(row.what);
    CHECK(text_of(row.samples) == row.text);
  }
}

TEST_CASE("what would end a cue or be taken for times does not get out of it") {
  const std::pair<std::string, std::string> table[] = {
      {"a &lt;b&gt; <i>c</i> &amp;", "a &lt;b&gt; <i>c</i> &amp;"},  // WebVTT already: as it is
      {"one\r\n\r\ntwo\rthree\n", "one\ntwo\nthree"},
      {"00:01.000 --> 00:02.000", "00:01.000 --&gt; 00:02.000"},
      {"--->", "---&gt;"},
      {std::string("a\0b", 3),
       "a\xEF\xBF\xBD"
       "b"},
  };
  for (const auto& [payload, line] : table)
    CHECK(text_of({{1000, cue(payload)}}) == "WEBVTT\n\n00:00:00.000 --> 00:00:01.000\n" + line + "\n");
  CHECK(text_of({{1000, cue("A", box("iden", "x\n\n-->") + box("sttg", "line:0\n\nB"))}}) ==
        "WEBVTT\n\nx --&gt;\n00:00:00.000 --> 00:00:01.000 line:0 B\nA\n");
}

TEST_CASE("a header's styles stay, another stream's clock does not") {
  CHECK(text_of({}, "WEBVTT - x\nX-TIMESTAMP-MAP=MPEGTS:900000,LOCAL:00:00:00.000\n\nSTYLE\n::cue{}\n\n") ==
        "WEBVTT - x\n\nSTYLE\n::cue{}\n");
  CHECK(text_of({}, "") == "WEBVTT\n");
  CHECK(text_of({}, "rubbish") == "WEBVTT\n");
}

TEST_CASE("times are the track's own, in milliseconds, its lead-in taken off") {
  const std::vector<Told> samples = {{90000, cue("before")}, {45045, cue("A")}, {1, cue("short")}};
  CHECK(text_of(samples, "WEBVTT", 90000, 90000) == "WEBVTT\n\n00:00:00.000 --> 00:00:00.501\nA\n\n00:00:00.501 --> 00:00:00.502\nshort\n");
}

TEST_CASE("a sample that is cut is refused") {
  CHECK(!text_of({{1000, cue("Hello").substr(0, 12)}}).starts_with("WEBVTT"));
  CHECK(text_of({{1000, box("vttc", "xx")}}).find("vttc") != std::string::npos);
}

TEST_CASE("the file beside a track file tells what the track file does") {
  const std::filesystem::path folder = std::filesystem::temp_directory_path() / ("segue-vtt-" + std::to_string(::getpid()));
  std::filesystem::create_directories(folder);
  media::TrackConfig config;
  config.codec = media::Codec::webvtt;
  config.timescale = 1000;
  for (const char c : std::string("WEBVTT")) config.config.push_back(static_cast<std::uint8_t>(c));
  auto sink = FileSink::create((folder / "text-en.cmft").string());
  REQUIRE(sink);
  auto writer = TrackWriter::create({.config = config, .grid = {}, .expected_segments = 2}, *sink);
  REQUIRE(writer);
  media::Ticks at = 0;
  for (const Told& one : std::vector<Told>{{1000, kNothing}, {1000, cue("Hi")}, {2000, cue("Hi")}, {9000, kNothing}}) {
    const Bytes bytes(one.sample.begin(), one.sample.end());
    REQUIRE(writer->add({.dts = at, .pts = at, .duration = one.duration, .sync = true, .data = bytes}));
    at += one.duration;
  }
  auto track = writer->finish(config);
  REQUIRE(track);
  track->rendition.id = "text-en";
  track->rendition.file = "text-en.cmft";
  const auto written = write_webvtt(folder.string(), *track);
  if (!written) FAIL(written.error().message);
  std::ifstream file(folder / "text-en.vtt", std::ios::binary);
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  CHECK(text == "WEBVTT\n\n00:00:01.000 --> 00:00:04.000\nHi\n");
  CHECK(track->rendition.webvtt.file == "text-en.vtt");
  CHECK(track->rendition.webvtt.size_bytes == text.size());
  std::filesystem::remove_all(folder);
}
