// SPDX-License-Identifier: Apache-2.0
// Heads of track files as the packager writes them are tested in tests/packager; here: what a reader does with less, more and worse.
#include "media/track_head.h"

#include "media/bmff/index_boxes.h"
#include "media/bmff/movie_boxes.h"
#include "media/bmff/sample_entry.h"
#include "media/limits.h"
#include "tests/catch.h"

using namespace segue;
using namespace segue::media;
using namespace segue::media::bmff;

namespace {

using Buffer = std::vector<std::uint8_t>;

struct HeadPlan {
  TrackConfig config;
  std::uint32_t index_timescale = 44100;
  std::uint32_t references = 3;
  std::vector<Edit> edits;
  bool ssix = false, mvex = true;
  int traks = 1;
};

void write_trak(Buffer& out, const HeadPlan& plan) {
  BoxScope trak(out, fourcc("trak"));
  if (!plan.edits.empty()) {
    BoxScope edts(out, fourcc("edts"));
    write(out, Elst{plan.edits});
  }
  BoxScope mdia(out, fourcc("mdia"));
  write(out, Mdhd{plan.config.timescale, 0, pack_language(plan.config.language)});
  BoxScope minf(out, fourcc("minf"));
  BoxScope stbl(out, fourcc("stbl"));
  BoxScope stsd(out, fourcc("stsd"));
  Fields(out).fixed(1, 8);
  write_sample_entry(out, plan.config);
}

Buffer head(const HeadPlan& plan) {
  Buffer out;
  write(out, Ftyp{});
  {
    BoxScope moov(out, fourcc("moov"));
    for (int i = 0; i < plan.traks; ++i) write_trak(out, plan);
    if (plan.mvex) {
      BoxScope mvex(out, fourcc("mvex"));
      write(out, Trex{1, 1, 1001, 0, 0});
    }
  }
  Sidx sidx;
  sidx.header.timescale = plan.index_timescale;
  sidx.header.earliest_presentation_time = 7;
  sidx.header.first_offset = 100;
  for (std::uint32_t i = 0; i < plan.references; ++i) sidx.references.push_back({false, 1000 + i, 44100, true, 1, 0});
  write(out, sidx);
  Ssix ssix;
  for (std::uint32_t i = 0; i < plan.references; ++i) ssix.subsegments.push_back({{0, 60}, {0, 40 + i}, {1, 900}});
  if (plan.ssix) write(out, ssix);
  BoxScope moof(out, fourcc("moof"));
  out.resize(out.size() + 30);
  return out;
}

HeadPlan audio() {
  HeadPlan plan;
  plan.config.codec = Codec::aac;
  plan.config.config = {0x12, 0x10};
  plan.config.timescale = 44100;
  plan.config.language = "de";
  plan.config.audio = {44100, 2, 3, 0};
  plan.edits = {{0, 1024, 1}};
  return plan;
}

HeadPlan video() {
  HeadPlan plan;
  plan.config.codec = Codec::h264;
  plan.config.config = {1, 0x64, 0, 0x1f, 0xff, 0xe1, 0};
  plan.config.timescale = plan.index_timescale = 30000;
  plan.config.video.width = 1280;
  plan.config.video.height = 720;
  plan.config.video.transfer = 16;
  plan.config.video.sample_aspect = {4, 3};
  plan.ssix = true;
  return plan;
}

std::string error_of(const HeadPlan& plan) {
  auto parsed = parse_track_head(head(plan));
  return parsed ? "no error" : parsed.error().message;
}

}  // namespace

TEST_CASE("a head tells the track, where its segments lie and its first pictures") {
  auto parsed = parse_track_head(head(video()));
  if (!parsed) FAIL(parsed.error().message);
  const Track& track = parsed->track;
  CHECK(parsed->needed == 0);
  CHECK(track.rendition.codecs == "avc1.64001f");
  CHECK(track.rendition.track.video.width == 1280);
  CHECK(track.rendition.track.video.range == VideoRange::pq);
  CHECK(track.rendition.track.video.sample_aspect == Rational{4, 3});
  CHECK(track.rendition.track.video.frame_rate == Rational{30000, 1001});
  CHECK(track.i_frames == IFrameSizes{100, 101, 102});
  REQUIRE(track.segments.size() == 3);
  CHECK(track.segments.start() == 7);
  // first_offset counts from the end of the sidx; the ssix lies within it.
  const std::uint64_t sidx_end = track.index_offset + 40 + 3 * 12;
  CHECK(track.segments.at(0).offset == sidx_end + 100);
  CHECK(track.segments.at(1).offset == sidx_end + 1100);
  CHECK(track.index_offset == track.init_bytes);
}

TEST_CASE("a head cut at any byte says how much it needs, and never more than there is") {
  for (const HeadPlan& plan : {audio(), video()}) {
    const Buffer whole = head(plan);
    std::size_t complete_from = 0;
    for (std::size_t length = 0; length <= whole.size(); ++length) {
      INFO("first " << length << " of " << whole.size());
      auto parsed = parse_track_head(Buffer(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(length)));
      if (!parsed) FAIL(parsed.error().message);
      if (parsed->needed == 0) {
        if (complete_from == 0) complete_from = length;
        CHECK(parsed->track.segments.size() == 3);
      } else {
        REQUIRE(complete_from == 0);
        CHECK(parsed->needed > length);
        CHECK(parsed->needed <= whole.size());
      }
    }
    CHECK(complete_from > 0);
  }
}

TEST_CASE("asking for what is needed arrives in a few steps") {
  const Buffer whole = head(video());
  std::size_t length = 0;
  int steps = 0;
  for (; steps < 10; ++steps) {
    auto parsed = parse_track_head(Buffer(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(length)));
    REQUIRE(parsed);
    if (parsed->needed == 0) break;
    length = parsed->needed;
  }
  CHECK(steps <= 5);
}

TEST_CASE("a head with any byte changed is read or refused") {
  const Buffer whole = head(video());
  int refused = 0;
  for (std::size_t i = 0; i < whole.size(); ++i) {
    for (const std::uint8_t value : {std::uint8_t{0}, std::uint8_t{0xFF}, static_cast<std::uint8_t>(whole[i] ^ 0x80)}) {
      Buffer changed = whole;
      changed[i] = value;
      auto parsed = parse_track_head(changed);
      if (!parsed) ++refused;
      if (parsed && parsed->needed != 0) CHECK(parsed->needed <= kMaxTrackHeadBytes);
    }
  }
  CHECK(refused > 100);
}

TEST_CASE("what a track file must not be is named") {
  HeadPlan plan = audio();
  plan.traks = 2;
  CHECK(error_of(plan) == "moov at 16: 2 tracks, expected one");
  plan = audio();
  plan.mvex = false;
  CHECK(error_of(plan) == "moov at 16: no mvex/trex in it, expected a fragmented file");
  plan = audio();
  plan.index_timescale = 1000;
  CHECK(error_of(plan).find(": timescale 1000, expected the track's 44100") != std::string::npos);
  plan = audio();
  plan.edits = {{0, -1, 1}, {0, 1024, 1}};
  CHECK(error_of(plan) == "moov/trak/edts/elst at 40: 2 edits, the first at -1, expected one offset edit");
  plan = audio();
  plan.config.timescale = 0;
  CHECK(error_of(plan).find("mdhd at") != std::string::npos);
  plan = audio();
  plan.config.config = {0xf9, 0x48, 0x40, 0};
  plan.edits.clear();
  CHECK(error_of(plan) == "no error");
  CHECK(parse_track_head({})->needed == 16);
  Buffer out;
  write(out, Ssix{});
  CHECK(parse_track_head(out).error().message == "ssix at 0: ssix before sidx");
}
