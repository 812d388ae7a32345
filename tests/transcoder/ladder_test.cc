// SPDX-License-Identifier: Apache-2.0
#include "transcoder/ladder.h"

#include <algorithm>

#include "tests/catch.h"

using namespace segue;
using namespace segue::transcoder;

namespace {

SourceInfo audio(const std::string& codec, bool lossless, std::uint32_t rate, std::uint32_t channels, std::int64_t bit_rate) {
  SourceInfo source;
  source.path = std::string("song");
  SourceStream stream;
  stream.codec = codec;
  stream.lossless = lossless;
  stream.bit_rate = bit_rate;
  stream.audio = {rate, channels, 0, lossless ? 16u : 0u};
  source.streams.push_back(stream);
  return source;
}

std::string ids(const SourceInfo& source, const Ladder& ladder) {
  auto plans = plan_ladder(source, ladder);
  if (!plans) return plans.error().message;
  std::string text;
  for (const RenditionPlan& plan : *plans) {
    if (!text.empty()) text += ' ';
    text += plan.id;
  }
  return text;
}

}  // namespace

TEST_CASE("a ladder's canonical text parses back to the same ladder") {
  for (const char* name : {"music", "podcast", "video"}) {
    auto ladder = preset_ladder(name);
    REQUIRE(ladder);
    auto again = parse_ladder(ladder_text(*ladder), "again");
    REQUIRE(again);
    CHECK(ladder_text(*again) == ladder_text(*ladder));
    CHECK(again->rungs == ladder->rungs);
  }
}

TEST_CASE("a fault in a ladder is named by line, expectation and finding") {
  const auto message = [](const char* text) { return parse_ladder(text, "my.ladder").error().message; };
  CHECK(message("ladder x\naac 1288k\n") == "my.ladder:2: expected a bit rate from 6k to 512k, found \"aac 1288k\"");
  CHECK(message("ladder x\nmp3 128k\n") ==
        "my.ladder:2: expected ladder, segment, quick-start, loudness or a codec's name, found \"mp3 128k\"");
  CHECK(message("ladder x\nsegment 0\n") == "my.ladder:2: expected segment SECONDS from 1 to 30, found \"segment 0\"");
  CHECK(message("ladder x\n") == "my.ladder: expected at least one rung such as `aac 128k`, found none");
  CHECK(message("aac 64k\n") == "my.ladder: expected a line `ladder NAME`, found none");
  CHECK(message("ladder x\nh264 720p crf 22\n") ==
        "my.ladder:2: expected CODEC HEIGHTp crf NUMBER max BITRATE [preset NAME], found \"h264 720p crf 22\"");
}

TEST_CASE("audio plans never go above the source") {
  const Ladder music = *preset_ladder("music");
  CHECK(ids(audio("flac", true, 44100, 2, 900'000), music) == "aac-64 aac-128 aac-256 opus-48 opus-96 opus-160 flac");
  CHECK(ids(audio("mp3", false, 44100, 2, 320'000), music) == "aac-64 aac-128 aac-256 opus-48 opus-96 opus-160");
  CHECK(ids(audio("mp3", false, 44100, 2, 128'000), music) == "aac-64 aac-128 opus-48 opus-96 opus-160");
  CHECK(ids(audio("vorbis", false, 44100, 2, 100'000), music) == "aac-64 aac-128 opus-48 opus-96");
  CHECK(ids(audio("mp3", false, 44100, 2, 48'000), music) == "aac-64 opus-48");
  CHECK(ids(audio("flac", true, 44100, 1, 500'000), music) == "aac-40 aac-80 aac-152 opus-32 opus-56 opus-96 flac");
  CHECK(ids(audio("pcm_s16le", true, 8000, 1, 128'000), music) == "aac-40 aac-48 opus-32 opus-56 opus-96 flac");
}

TEST_CASE("video plans go from 240 to 1080, to 2160 where the source has it, and never above the source") {
  struct Case {
    std::uint32_t width, height;
    const char* plan;
  };
  const std::vector<Case> cases = {
      {320, 180, "320x180"},
      {321, 241, "320x240"},  // even sizes: down, for no source has the line that up would add
      {426, 240, "426x240"},
      {640, 360, "426x240 640x360"},
      {848, 480, "424x240 636x360 848x480"},
      {1280, 720, "426x240 640x360 854x480 1280x720"},
      {720, 1280, "240x426 360x640 480x854 720x1280"},
      {1366, 768, "426x240 640x360 854x480 1280x720"},  // less than 10 % above a rung
      {1440, 900, "384x240 576x360 768x480 1152x720 1440x900"},
      {1920, 1079, "428x240 640x360 854x480 1282x720 1918x1078"},
      {1920, 1080, "426x240 640x360 854x480 1280x720 1920x1080"},
      {2560, 1440, "426x240 640x360 854x480 1280x720 1920x1080 2560x1440"},
      {3840, 2160, "426x240 640x360 854x480 1280x720 1920x1080 3840x2160"},
      {7680, 4320, "426x240 640x360 854x480 1280x720 1920x1080 3840x2160"},
  };
  for (const Case& one : cases) {
    INFO(one.width << 'x' << one.height);
    SourceInfo source;
    SourceStream stream;
    stream.kind = media::TrackKind::video;
    stream.video.width = one.width;
    stream.video.height = one.height;
    stream.video.frame_rate = {25, 1};
    source.streams.push_back(stream);
    const auto plans = plan_ladder(source, *preset_ladder("video"));
    REQUIRE(plans);
    std::string text;
    for (const RenditionPlan& plan : *plans) {
      const media::VideoFormat& video = plan.track.video;
      text += (text.empty() ? "" : " ") + std::to_string(video.width) + 'x' + std::to_string(video.height);
      CHECK(plan.track.codec == media::Codec::h264);
      CHECK(plan.id == "h264-" + std::to_string(std::min(video.width, video.height)));
      CHECK(video.width <= one.width);
      CHECK(video.height <= one.height);
    }
    CHECK(text == one.plan);
  }
}

TEST_CASE("surround keeps its own renditions beside a stereo downmix") {
  const Ladder music = *preset_ladder("music");
  CHECK(ids(audio("flac", true, 48000, 6, 2'000'000), music) ==
        "aac-64 aac-128 aac-256 aac-320-51 aac-640-51 opus-48 opus-96 opus-160 opus-240-51 opus-400-51 flac");
}

TEST_CASE("three and four channels stay as they are where a codec knows them, and are never blown up to 5.1") {
  struct Case {
    const char* name;
    std::uint32_t channels;
    std::uint64_t mask;
    const char* ids;
  };
  constexpr const char* kDownmix = "aac-64 aac-128 aac-256 opus-48 opus-96 opus-160 flac";
  const std::vector<Case> cases = {
      {"2.1", 3, 0xB, kDownmix},
      {"3.0", 3, 0x7, "aac-64 aac-128 aac-256 aac-192-3ch aac-384-3ch opus-48 opus-96 opus-160 opus-144-3ch opus-240-3ch flac"},
      {"quad", 4, 0x33, "aac-64 aac-128 aac-256 opus-48 opus-96 opus-160 opus-192-4ch opus-320-4ch flac"},
      {"quad, at the sides", 4, 0x603, "aac-64 aac-128 aac-256 opus-48 opus-96 opus-160 opus-192-4ch opus-320-4ch flac"},
      {"4.0", 4, 0x107, kDownmix},
      {"3.1", 4, 0xF, kDownmix},
      {"four, nobody knows which", 4, 0, kDownmix},
  };
  for (const Case& one : cases) {
    INFO(one.name);
    SourceInfo source = audio("flac", true, 48000, one.channels, 1'500'000);
    source.streams[0].audio.channel_mask = one.mask;
    CHECK(ids(source, *preset_ladder("music")) == one.ids);
  }
}

TEST_CASE("AAC keeps the source's rate up to 48 kHz, Opus is always 48 kHz, FLAC keeps it") {
  const auto plans = plan_ladder(audio("flac", true, 96000, 2, 3'000'000), *parse_ladder("ladder x\naac 128k\nopus 96k\nflac\n", "x"));
  REQUIRE(plans);
  CHECK((*plans)[0].track.audio.sample_rate == 48000);
  CHECK((*plans)[1].track.audio.sample_rate == 48000);
  CHECK((*plans)[2].track.audio.sample_rate == 96000);
  const auto high = plan_ladder(audio("flac", true, 88200, 2, 3'000'000), *parse_ladder("ladder x\naac 128k\n", "x"));
  CHECK((*high)[0].track.audio.sample_rate == 44100);
}

TEST_CASE("streams of sound that a player could not tell apart get names of their own, and ids are never shared") {
  struct Stream {
    const char *language, *label, *id, *name;
  };
  const std::vector<Stream> streams = {{"und", "", "aac-128", ""},
                                       {"und", "", "aac-128-und", "Track 2"},
                                       {"und", "", "aac-128-und-2", "Track 3"},
                                       {"en", "", "aac-128-en", ""},
                                       {"en", "Director", "aac-128-en-2", "Director"},
                                       {"en", "Director", "aac-128-en-3", "Director 2"},
                                       {"en", "", "aac-128-en-4", "en 2"},
                                       {"en-2", "", "aac-128-en-2-2", ""}};
  SourceInfo source;
  for (const Stream& one : streams) {
    SourceStream stream = audio("mp3", false, 48000, 2, 320'000).streams[0];
    stream.language = one.language;
    stream.label = one.label;
    source.streams.push_back(stream);
  }
  const auto plans = plan_ladder(source, *parse_ladder("ladder x\naac 128k\n", "x"));
  REQUIRE(plans);
  REQUIRE(plans->size() == streams.size());
  for (std::size_t i = 0; i < streams.size(); ++i) {
    CHECK((*plans)[i].id == streams[i].id);
    CHECK((*plans)[i].track.label == streams[i].name);
  }
  source.streams.resize(33, source.streams[0]);
  CHECK(ids(source, *preset_ladder("music")) == ": expected up to 32 streams of sound and 128 of text, found 33 and 0");
}

TEST_CASE("Hebrew sound beside HE-AAC that goes through is no rung of it") {
  SourceInfo source = audio("aac", false, 48000, 2, 64'000);
  source.streams[0].profile = "HE-AAC";
  source.streams[0].copyable = true;
  source.streams.push_back(source.streams[0]);
  source.streams[1].language = "he";
  const auto plans = plan_ladder(source, *parse_ladder("ladder x\naac 64k\n", "x"));
  REQUIRE(plans);
  std::string groups;
  for (const RenditionPlan& plan : *plans) groups += plan.id + ' ' + plan.group + '\n';
  CHECK(groups == "aac-64 aac\naac-he-source aac-he-source\naac-64-he aac-he\naac-he-source-he aac-he-source-he\n");
}

TEST_CASE("what a file says that a stream is for is kept; a commentary does not play by itself") {
  SourceInfo source = audio("flac", true, 48000, 2, 900'000);
  source.streams[0].role = "commentary";
  source.streams[0].is_default = true;
  source.streams[0].forced = true;  // no such thing in HLS (RFC 8216 4.3.4.1)
  source.streams.push_back(audio("flac", true, 48000, 2, 900'000).streams[0]);
  SourceStream text;
  text.kind = media::TrackKind::text;
  text.role = "caption";
  text.forced = true;
  source.streams.push_back(text);
  const auto plans = plan_ladder(source, *parse_ladder("ladder x\naac 128k\n", "x"));
  REQUIRE(plans);
  std::string found;
  for (const RenditionPlan& plan : *plans)
    found += plan.id + ' ' + plan.role + (plan.is_default ? " default" : "") + (plan.forced ? " forced" : "") + '\n';
  CHECK(found == "aac-128 main default\naac-128-und commentary\ntext-und-forced caption forced\n");
}
