// SPDX-License-Identifier: Apache-2.0
#include "packager/track_writer.h"

#include "media/track_head.h"
#include "tests/catch.h"

using namespace segue;
using namespace segue::media;
using namespace segue::packager;

namespace {

TrackConfig aac_lc() {
  TrackConfig config;
  config.codec = Codec::aac;
  config.config = {0x12, 0x10};
  config.timescale = 44100;
  config.audio = {44100, 2, 3, 0};
  config.lead_in = 1024;
  config.language = "en";
  return config;
}

Result<Track> write_frames(const TrackConfig& config, int frames, std::uint32_t ticks, ByteSink& sink, std::int64_t expected = 10) {
  auto writer = TrackWriter::create({.config = config, .grid = {}, .expected_segments = expected}, sink);
  if (!writer) return std::move(writer).error();
  std::vector<std::uint8_t> data(100);
  for (int i = 0; i < frames; ++i) {
    data[0] = static_cast<std::uint8_t>(i);
    const Ticks at = Ticks{ticks} * i;
    auto done = writer->add({.dts = at, .pts = at, .duration = ticks, .sync = true, .data = data});
    if (!done) return std::move(done).error();
  }
  return writer->finish(config);
}

}  // namespace

TEST_CASE("a track file's head reads back as the track that was written") {
  for (const std::int64_t expected : {0, 3, 7, 8, 9, 100}) {
    INFO("room for " << expected << " segments");
    BufferSink sink;
    auto written = write_frames(aac_lc(), 1000, 1024, sink, expected);
    REQUIRE(written);
    auto head = parse_track_head(sink.bytes());
    if (!head) FAIL(head.error().message);
    REQUIRE(head->needed == 0);
    const Track& track = head->track;
    CHECK(track.rendition.codecs == "mp4a.40.2");
    CHECK(track.rendition.track.lead_in == 1024);
    CHECK(track.rendition.track.language == "en");
    CHECK(track.rendition.track.audio.channels == 2);
    CHECK(track.init_bytes == written->init_bytes);
    CHECK(track.index_bytes == written->index_bytes);
    REQUIRE(track.segments.size() == written->segments.size());
    for (std::size_t i = 0; i < track.segments.size(); ++i) {
      CHECK(track.segments.at(i).offset == written->segments.at(i).offset);
      CHECK(track.segments.at(i).start == written->segments.at(i).start);
      CHECK(sink.bytes()[track.segments.at(i).offset + 4] == 'm');
      CHECK(sink.bytes()[track.segments.at(i).offset + 7] == 'f');
    }
    const Segment last = track.segments.at(track.segments.size() - 1);
    CHECK(last.offset + last.size == sink.bytes().size());
    CHECK(written->rendition.size_bytes == sink.bytes().size());
    CHECK(track.segments.end() == 1024 * 1000);
  }
}

TEST_CASE("renditions of one programme have the same number of segments, whatever their frames and padding") {
  struct Form {
    const char* name;
    Codec codec;
    std::uint32_t timescale, frame, lead_in;
    bool last_is_whole;
  };
  const std::vector<Form> forms = {
      {"AAC", Codec::aac, 44100, 1024, 1024, true},           {"HE-AAC, 8 kHz", Codec::aac, 8000, 2048, 2048, true},
      {"Opus", Codec::opus, 48000, 960, 312, true},           {"FLAC", Codec::flac, 44100, 4096, 0, false},
      {"FLAC, 192 kHz", Codec::flac, 192000, 4096, 0, false}, {"FLAC, 8 kHz", Codec::flac, 8000, 4096, 0, false}};
  const auto segments = [&](const Form& form, Ticks programme) {
    TrackConfig config = aac_lc();
    config.codec = form.codec;
    if (form.codec == Codec::opus) config.config = {0, 2, 1, 0x38, 0, 0, 0xBB, 0x80, 0, 0, 0};
    if (form.codec == Codec::flac) config.config = {0x80, 0, 0, 34}, config.config.resize(38, 1);
    config.timescale = form.timescale;
    config.lead_in = form.lead_in;
    BufferSink sink;
    auto writer = TrackWriter::create({.config = config, .grid = {}, .expected_segments = 3}, sink);
    if (!writer) FAIL(writer.error().message);
    const Ticks needed = programme + form.lead_in;
    const std::uint8_t byte[1] = {};
    Ticks at = 0;
    while (at < needed) {
      const auto duration = static_cast<std::uint32_t>(form.last_is_whole ? form.frame : std::min<Ticks>(form.frame, needed - at));
      REQUIRE(writer->add({.dts = at, .pts = at, .duration = duration, .sync = true, .data = byte}));
      at += duration;
    }
    config.tail = static_cast<std::uint32_t>(at - needed);
    auto track = writer->finish(config);
    REQUIRE(track);
    return track->segments.size();
  };
  struct Row {
    std::int64_t milliseconds;
    std::size_t segments;
  };
  std::vector<Row> rows = {{5990, 3}, {6000, 3}, {6100, 4}, {8000, 4}, {8300, 4}, {8400, 5}, {12'300, 5}, {12'400, 6}, {28'001, 9}};
  for (std::int64_t ms = 10; ms <= 4100; ms += 10) rows.push_back({ms, ms <= 2000 ? 1u : ms <= 4000 ? 2u : 3u});
  for (const Row& row : rows) {
    for (const Form& form : forms) {
      INFO(form.name << ", " << row.milliseconds << " ms");
      CHECK(segments(form, rescale(row.milliseconds, 1000, form.timescale)) == row.segments);
    }
  }
}

TEST_CASE("a large video segment begins at a page, a small one where the one before it ends") {
  TrackConfig h264;
  h264.codec = Codec::h264;
  h264.config = {1, 0x64, 0, 0x1F, 0xFF, 0xE0, 0};
  h264.timescale = 25;
  h264.video.width = 1280;
  h264.video.height = 720;
  struct Row {
    std::size_t sample_bytes;
    std::int64_t expected;  // segments for which room is kept: too few, enough
    bool aligned;
  };
  for (const Row row : {Row{40'001, 1, true}, Row{40'001, 20, true}, Row{4'001, 1, false}, Row{4'001, 20, false}}) {
    INFO(row.sample_bytes << " bytes a picture, room for " << row.expected << " segments");
    BufferSink sink;
    auto writer = TrackWriter::create({.config = h264, .grid = {}, .expected_segments = row.expected}, sink);
    REQUIRE(writer);
    const std::vector<std::uint8_t> data(row.sample_bytes);
    for (int i = 0; i < 250; ++i) REQUIRE(writer->add({.dts = i, .pts = i, .duration = 1, .sync = i % 25 == 0, .data = data}));
    auto written = writer->finish(h264);
    REQUIRE(written);
    std::size_t at_pages = 0, pictures = 0;
    for (std::size_t i = 0; i < written->segments.size(); ++i) {
      const Segment segment = written->segments.at(i);
      at_pages += segment.offset % 4096 == 0;
      pictures += static_cast<std::size_t>(segment.duration);
      CHECK(segment.size - row.sample_bytes * static_cast<std::size_t>(segment.duration) < 8192 + 2000);
      CHECK(sink.bytes()[segment.offset + 4] == 'm');
    }
    CHECK(pictures == 250);
    CHECK(written->rendition.size_bytes == sink.bytes().size());
    // The first segments are short (1 s): too small to be padded, but the head ends at a page.
    CHECK((at_pages >= written->segments.size() - 1) == row.aligned);
    auto head = parse_track_head(sink.bytes());
    if (!head) FAIL(head.error().message);
    for (std::size_t i = 0; i < written->segments.size(); ++i) CHECK(head->track.segments.at(i).offset == written->segments.at(i).offset);
  }
}
