// SPDX-License-Identifier: Apache-2.0
// Presentations one after another: literal playlists and MPDs of two strangers, and of two tracks of one encoder run.
#include "manifests/sequence.h"

#include "manifests/dash_parser.h"
#include "manifests/hls_parser.h"
#include "tests/catch.h"
#include "tests/manifests/sample_presentation.h"

using namespace segue;
using namespace segue::manifests;
using media::Codec;

namespace {

media::Presentation aac(const char* asset, std::uint32_t timescale, const std::vector<std::uint32_t>& sizes,
                        const std::vector<std::uint32_t>& durations, media::Rational length) {
  media::Presentation made;
  made.asset = asset;
  made.duration = length;
  made.tracks.push_back(samples::track("aac-128", Codec::aac, "mp4a.40.2", timescale, sizes, durations));
  made.tracks.back().rendition.track.lead_in = 1024;
  return made;
}

std::string playlist_of(const Sequence& sequence) {
  auto levels = sequence_levels(sequence, {});
  REQUIRE(levels);
  std::string out;
  print_sequence_playlist(sequence, *levels, levels->front(), out);
  return out;
}
std::string mpd_of(const Sequence& sequence) {
  auto levels = sequence_levels(sequence, {});
  REQUIRE(levels);
  std::string out;
  print_sequence_mpd(sequence, *levels, out);
  return out;
}

const media::Presentation kOne = aac("a", 44100, {1000, 2000}, {44032, 45056}, {88000, 44100});
const media::Presentation kTwo = aac("b", 48000, {1500}, {48128}, {47000, 48000});
const Sequence kStrangers{"Mix", {{{&kOne}, {"../../a/g1/"}}, {{&kTwo}, {"../../b/g2/"}}}};

// The second begins with a pre-roll of two frames.
media::Presentation continued() {
  media::Presentation made = aac("d", 44100, {1100, 900}, {46080, 44032}, {88000, 44100});
  made.tracks.front().rendition.preroll_bytes = 100;
  made.tracks.front().rendition.preroll_ticks = 2048;
  return made;
}

}  // namespace

TEST_CASE("HLS: strangers join by a discontinuity and an init segment of their own") {
  CHECK(playlist_of(kStrangers) == R"(#EXTM3U
#EXT-X-VERSION:6
#EXT-X-TARGETDURATION:1
#EXT-X-MEDIA-SEQUENCE:1
#EXT-X-PLAYLIST-TYPE:VOD
#EXT-X-INDEPENDENT-SEGMENTS
#EXT-X-MAP:URI="../../a/g1/aac-128/init.mp4"
#EXTINF:0.998458,
../../a/g1/aac-128/1.m4s
#EXTINF:0.997007,
../../a/g1/aac-128/2.m4s
#EXT-X-DISCONTINUITY
#EXT-X-MAP:URI="../../b/g2/aac-128/init.mp4"
#EXTINF:1.002667,
../../b/g2/aac-128/1.m4s
#EXT-X-ENDLIST
)");
}

TEST_CASE("HLS: a stretch of one encoder run goes on without init segment and pre-roll") {
  const media::Presentation second = continued();
  CHECK(playlist_of({"", {{{&kOne, &second}, {"../../a/g1/", "../../d/g1/"}}}}) == R"(#EXTM3U
#EXT-X-VERSION:6
#EXT-X-TARGETDURATION:1
#EXT-X-MEDIA-SEQUENCE:1
#EXT-X-PLAYLIST-TYPE:VOD
#EXT-X-INDEPENDENT-SEGMENTS
#EXT-X-MAP:URI="../../a/g1/aac-128/init.mp4"
#EXTINF:0.998458,
../../a/g1/aac-128/1.m4s
#EXTINF:1.021678,
../../a/g1/aac-128/2.m4s
#EXT-X-DISCONTINUITY
#EXTINF:0.998458,
#EXT-X-BYTERANGE:1000@100
../../d/g1/aac-128/1.m4s
#EXTINF:0.998458,
../../d/g1/aac-128/2.m4s
#EXT-X-ENDLIST
)");
}

TEST_CASE("HLS: a whole album is one timeline, though its segments lie in the files of its tracks") {
  const media::Presentation second = continued();
  media::Presentation album = kOne;
  const std::vector<const media::Track*> parts = {&kOne.tracks.front(), &second.tracks.front()};
  auto track = media::make_album_track(kOne.tracks.front().rendition, parts);
  REQUIRE(track);
  album.tracks.front() = std::move(*track);
  CHECK(playlist_of({"", {{{&album}, {"../../al/g1/"}}}}) == R"(#EXTM3U
#EXT-X-VERSION:6
#EXT-X-TARGETDURATION:1
#EXT-X-MEDIA-SEQUENCE:1
#EXT-X-PLAYLIST-TYPE:VOD
#EXT-X-INDEPENDENT-SEGMENTS
#EXT-X-MAP:URI="../../al/g1/aac-128/init.mp4"
#EXTINF:0.998458,
../../al/g1/aac-128/1.m4s
#EXTINF:1.021678,
../../al/g1/aac-128/2.m4s
#EXTINF:0.998458,
../../al/g1/aac-128/3.m4s
#EXTINF:0.998458,
../../al/g1/aac-128/4.m4s
#EXT-X-ENDLIST
)");
}

TEST_CASE("HLS: the multivariant playlist names the levels with what stands around their names") {
  auto levels = sequence_levels(kStrangers, {});
  REQUIRE(levels);
  std::string out;
  REQUIRE(print_sequence_multivariant(kStrangers, *levels, {Addressing::Form::folder, {}, "7-ab/", "?token=x"}, out));
  CHECK(out.find("\n7-ab/aac-128.m3u8?token=x\n") != std::string::npos);
  const auto parsed = hls::parse_multivariant(out);
  REQUIRE(parsed);
}

TEST_CASE("DASH: a period for each, as long as its programme") {
  const std::string text = mpd_of(kStrangers);
  const auto mpd = dash::parse_mpd(text);
  REQUIRE(mpd);
  REQUIRE(mpd->periods.size() == 2);
  CHECK(mpd->title == "Mix");
  CHECK((mpd->periods[0].start_us == 0 && mpd->periods[0].duration_us == 1'995'465));  // 88000 / 44100 s, up
  CHECK((mpd->periods[1].start_us == 1'995'465 && mpd->periods[1].duration_us == 979'167));
  CHECK(mpd->duration_us == 2'974'632);
  CHECK((mpd->periods[0].base_url == "../../a/g1/" && mpd->periods[1].base_url == "../../b/g2/"));
  const auto& set = mpd->periods[1].sets.front();
  CHECK(set.id == mpd->periods[0].sets.front().id);
  const auto& segments = *set.representations.front().segments;
  CHECK(
      (segments.media_template == "$RepresentationID$/$Number$.m4s" && segments.presentation_time_offset == 0 && segments.ept_delta == 0));
  CHECK((segments.timescale == 48000 && segments.timeline.front().d == 48128));
}

TEST_CASE("DASH: a stretch of one encoder run lists its segments, and a frame may begin before its period") {
  const media::Presentation second = continued();
  const std::string text = mpd_of({"", {{{&kOne, &second}, {"../../a/g1/", "../../d/g1/"}}}});
  const auto mpd = dash::parse_mpd(text);
  REQUIRE(mpd);
  REQUIRE(mpd->periods.size() == 2);
  CHECK(mpd->profiles == "urn:mpeg:dash:profile:full:2011");
  const auto& segments = *mpd->periods[1].sets.front().representations.front().segments;
  REQUIRE(segments.urls.size() == 2);
  CHECK(segments.initialization->url == "../../a/g1/aac-128/init.mp4");
  CHECK((segments.urls[0].media == "../../d/g1/aac-128/1.m4s" && segments.urls[0].range == dash::ByteRange{100, 1099}));
  CHECK((segments.urls[1].media == "../../d/g1/aac-128/2.m4s" && !segments.urls[1].range));
  // The first file's frames end at 89088 ticks, its lead-in of 1024 not counted: 88064 of programme, where the second period starts (up).
  CHECK(mpd->periods[1].start_us == 1'996'917);
  CHECK(segments.ept_delta ==
        static_cast<std::int64_t>(*segments.timeline.front().t) - static_cast<std::int64_t>(segments.presentation_time_offset));
}

TEST_CASE("DASH: no Opus where one of its tracks begins far behind its first frame, unless it is all there is") {
  media::Presentation one = kOne, two = kTwo;
  for (media::Presentation* both : {&one, &two}) {
    both->tracks.push_back(samples::track("opus-96", Codec::opus, "Opus", 48000, {900}, {96000}));
    both->tracks.back().rendition.track.lead_in = 312;
  }
  const Sequence list{"", {{{&one}, {"a/"}}, {{&two}, {"b/"}}}};
  CHECK(dash::parse_mpd(mpd_of(list))->periods[0].sets.size() == 2);
  two.tracks.back().rendition.track.lead_in = 4800;
  const auto mpd = dash::parse_mpd(mpd_of(list));
  CHECK(mpd->periods[0].sets.size() == 1);
  CHECK(mpd->periods[1].duration_us == 979'167);
  Filter opus;
  opus.codecs = {Codec::opus};
  auto levels = sequence_levels(list, opus);
  REQUIRE(levels);
  std::string out;
  print_sequence_mpd(list, *levels, out);
  CHECK(dash::parse_mpd(out)->periods[1].sets.size() == 1);
}

TEST_CASE("levels: what all have; else one for a codec; else nothing") {
  media::Presentation low = aac("l", 44100, {500}, {44032}, {44032, 44100});
  low.tracks.front().rendition.id = "aac-96";
  const auto levels = sequence_levels({"", {{{&kOne}, {"a/"}}, {{&low}, {"l/"}}}}, {});
  REQUIRE(levels);
  REQUIRE(levels->size() == 1);
  CHECK((levels->front().id == "aac" && levels->front().runs[1].rendition.id == "aac-96"));
  media::Presentation music = samples::music();
  const Sequence both{"", {{{&music}, {"m/"}}, {{&kOne}, {"a/"}}}};
  REQUIRE(sequence_levels(both, {}));
  CHECK(sequence_levels(both, {})->size() == 1);
  media::Presentation flac;
  flac.tracks.push_back(music.tracks.back());
  CHECK(sequence_levels({"", {{{&flac}, {"f/"}}, {{&kOne}, {"a/"}}}}, {}).error().message ==
        "no rendition that all tracks have in common is left");
  CHECK(sequence_levels({}, {}).error().message == "nothing to play");
  Filter narrow;
  narrow.max_bandwidth_bps = 1;
  CHECK_FALSE(sequence_levels(both, narrow));
}
