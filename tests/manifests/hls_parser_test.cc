// SPDX-License-Identifier: Apache-2.0
#include "manifests/hls_parser.h"

#include "manifests/hls.h"
#include "manifests/hls_writer.h"
#include "tests/catch.h"
#include "tests/manifests/sample_presentation.h"

using namespace segue;
using namespace segue::manifests;

TEST_CASE("a printed multivariant playlist reads back as what was printed") {
  std::string text, again;
  REQUIRE(print_multivariant(samples::film(), {}, {}, text));
  const auto playlist = hls::parse_multivariant(text);
  REQUIRE(playlist);
  CHECK(playlist->variants.size() == 4);
  CHECK(playlist->i_frames.size() == 2);
  CHECK(playlist->media.size() == 7);
  CHECK(playlist->variants[0].resolution == hls::Resolution{640, 360});
  CHECK(playlist->variants[0].frame_rate_milli == 25000u);
  hls::write(*playlist, again);
  CHECK(again == text);
}

TEST_CASE("a printed media playlist reads back as what was printed, and adds up to the track") {
  const auto music = samples::music();
  for (const auto form : {Addressing::Form::origin, Addressing::Form::folder}) {
    for (const media::Track& track : music.tracks) {
      std::string text, again;
      print_media_playlist(music, track, {form, {}}, text);
      const auto playlist = hls::parse_media_playlist(text);
      REQUIRE(playlist);
      hls::write(*playlist, again);
      CHECK(again == text);
      std::int64_t sum = 0;
      for (const hls::Segment& segment : playlist->segments) sum += segment.duration_us;
      CHECK(sum == media::rescale(track.segments.end(), track.rendition.track.timescale, 1'000'000));
    }
  }
}

TEST_CASE("byte ranges without an offset follow the one before") {
  const auto playlist = hls::parse_media_playlist(
      "#EXTM3U\n#EXT-X-TARGETDURATION:2\n#EXT-X-MAP:URI=\"a.mp4\",BYTERANGE=\"700\"\n"
      "#EXTINF:2,\n#EXT-X-BYTERANGE:100@700\na.mp4\n#EXTINF:1.5,x\n#EXT-X-BYTERANGE:50\na.mp4\n");
  REQUIRE(playlist);
  REQUIRE(playlist->segments.size() == 2);
  CHECK(playlist->inits[0].range == hls::ByteRange{700, 0});
  CHECK(playlist->segments[1].range == hls::ByteRange{50, 800});
  CHECK(playlist->segments[1].duration_us == 1'500'000);
}

TEST_CASE("what players tolerate is read: CRLF, comments, a blank behind a comma, unknown tags") {
  const auto playlist = hls::parse_multivariant(
      "#EXTM3U\r\n# made by hand\r\n\r\n#EXT-X-WHATEVER:1\r\n#EXT-X-STREAM-INF:BANDWIDTH=1000, CODECS=\"mp4a.40.2\"\r\nlow.m3u8\r\n");
  REQUIRE(playlist);
  CHECK(playlist->variants[0].uri == "low.m3u8");
  CHECK(playlist->variants[0].codecs == "mp4a.40.2");
}

TEST_CASE("what no player could go on with is an error that names the line") {
  struct Case {
    const char* text;
    const char* error;
  };
  const Case media_cases[] = {
      {"", "line 1: expected #EXTM3U"},
      {"#EXTINF:1,\na\n", "line 1: expected #EXTM3U"},
      {"#EXTM3U\na.ts\n", "line 2: a URI without EXTINF before it"},
      {"#EXTM3U\n#EXTINF:abc,\na\n", "line 2: EXTINF: expected a duration, found \"abc,\""},
      {"#EXTM3U\n#EXTINF:-1,\na\n", "line 2: EXTINF: expected a duration, found \"-1,\""},
      {"#EXTM3U\n#EXTINF:1e99,\na\n", "line 2: EXTINF: expected a duration, found \"1e99,\""},
      {"#EXTM3U\n#EXT-X-TARGETDURATION:99999999999\n", "line 2: EXT-X-TARGETDURATION out of range"},
      {"#EXTM3U\n#EXTINF:1,\n#EXT-X-BYTERANGE:5\na\n",
       "line 3: EXT-X-BYTERANGE is no length@offset, and no range of the same file is before it"},
      {"#EXTM3U\n#EXTINF:1,\n#EXT-X-BYTERANGE:18446744073709551615@9\na\n",
       "line 3: EXT-X-BYTERANGE is no length@offset, and no range of the same file is before it"},
      {"#EXTM3U\n#EXT-X-MAP:URI=\"x\n", "line 2: attribute \"URI\": closing quote missing"},
      {"#EXTM3U\n#EXT-X-MAP:BYTERANGE=\"1@1\"\n", "line 2: EXT-X-MAP: URI missing"},
      {"#EXTM3U\n\x01\n", "line 2: control character"},
  };
  for (const Case& one : media_cases) {
    const auto playlist = hls::parse_media_playlist(one.text);
    REQUIRE_FALSE(playlist);
    CHECK(playlist.error().message == one.error);
  }
  const Case multivariant_cases[] = {
      {"#EXTM3U\n#EXT-X-STREAM-INF:CODECS=\"a\"\na\n", "line 2: BANDWIDTH missing"},
      {"#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1,BANDWIDTH=2\na\n", "line 2: attribute \"BANDWIDTH\" comes twice"},
      {"#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\n", "the last EXT-X-STREAM-INF has no URI"},
      {"#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1,RESOLUTION=9\na\n", "line 2: RESOLUTION: expected WIDTHxHEIGHT"},
      {"#EXTM3U\n#EXT-X-MEDIA:TYPE=AUDIO,NAME=\"x\"\n", "line 2: EXT-X-MEDIA: GROUP-ID missing"},
      {"#EXTM3U\na.m3u8\n", "line 2: a URI without EXT-X-STREAM-INF before it"},
  };
  for (const Case& one : multivariant_cases) {
    const auto playlist = hls::parse_multivariant(one.text);
    REQUIRE_FALSE(playlist);
    CHECK(playlist.error().message == one.error);
  }
}
