// SPDX-License-Identifier: Apache-2.0
// Synthetic units whose bytes tell their number in the run, so that a file shows which units it holds.
#include "packager/album_splitter.h"

#include "media/bmff/fragment_boxes.h"
#include "media/presentation.h"
#include "media/track_head.h"
#include "tests/catch.h"

using namespace segue;
using namespace segue::media;
using namespace segue::packager;

namespace {

constexpr std::size_t kUnitBytes = 5;

struct Run {
  TrackConfig config;
  std::uint32_t unit = 0;
  std::vector<Ticks> ends;  // programme positions
};

TrackConfig aac() {
  TrackConfig config;
  config.codec = Codec::aac;
  config.config = {0x12, 0x10};
  config.timescale = 44100;
  config.audio = {44100, 2, 3, 0};
  config.lead_in = 1024;
  return config;
}

TrackConfig opus() {
  TrackConfig config;
  config.codec = Codec::opus;
  config.config = {0, 2, 0x01, 0x38, 0, 0, 0xBB, 0x80, 0, 0, 0};
  config.timescale = 48000;
  config.audio = {48000, 2, 3, 0};
  config.lead_in = 312;
  return config;
}

TrackConfig flac() {
  TrackConfig config;
  config.codec = Codec::flac;
  config.config = {0x80, 0, 0, 34};
  config.config.resize(38, 0x11);
  config.timescale = 44100;
  config.audio = {44100, 2, 3, 16};
  return config;
}

struct Files {
  std::vector<BufferSink> sinks;
  std::vector<Track> tracks;
};

// Units of a fixed length, but for those that a join cuts short when `cut_at_joins` (FLAC).
void split(const Run& run, bool cut_at_joins, Files& files) {
  files.sinks.resize(run.ends.size());
  std::vector<AlbumSplitter::Output> outputs;
  for (BufferSink& sink : files.sinks) outputs.push_back({&sink, 4});
  AlbumSplitter splitter(run.config, {}, outputs);
  const Ticks stop = run.ends.back() + run.config.lead_in;
  std::size_t known = 0;
  std::uint32_t number = 0;
  for (Ticks at = 0; at < stop; ++number) {
    while (known + 1 < run.ends.size() && at >= run.ends[known] + run.config.lead_in) splitter.track_ends(known, run.ends[known]), ++known;
    Ticks length = run.unit;
    if (cut_at_joins && at + length > run.ends[known]) length = run.ends[known] - at;
    const std::array<std::uint8_t, kUnitBytes> data = {static_cast<std::uint8_t>(number >> 24), static_cast<std::uint8_t>(number >> 16),
                                                       static_cast<std::uint8_t>(number >> 8), static_cast<std::uint8_t>(number), 0xEE};
    const auto added = splitter.add({.dts = at, .pts = at, .duration = static_cast<std::uint32_t>(length), .sync = true, .data = data});
    REQUIRE(added);
    at += length;
  }
  for (; known < run.ends.size(); ++known) splitter.track_ends(known, run.ends[known]);
  auto tracks = splitter.finish(run.config, {});
  if (!tracks) FAIL(tracks.error().message);
  files.tracks = std::move(*tracks);
}

// The numbers of the units in bytes [from, to) of a track file.
std::vector<std::uint32_t> units_in(const std::vector<std::uint8_t>& file, std::uint64_t from, std::uint64_t to) {
  std::vector<std::uint32_t> numbers;
  bmff::Boxes boxes(bmff::Bytes(file).subspan(from, to - from), from);
  for (bmff::Box box; boxes.next(box);) {
    if (box.type != bmff::fourcc("mdat")) continue;
    for (std::size_t i = 0; i + kUnitBytes <= box.payload.size(); i += kUnitBytes)
      numbers.push_back(
          static_cast<std::uint32_t>(box.payload[i] << 24 | box.payload[i + 1] << 16 | box.payload[i + 2] << 8 | box.payload[i + 3]));
  }
  REQUIRE(boxes.ok());
  return numbers;
}

std::vector<std::uint32_t> all_units(const BufferSink& sink, const Track& track) {
  return units_in(sink.bytes(), track.segments.at(0).offset, sink.bytes().size());
}

}  // namespace

TEST_CASE("AAC: a later track starts one unit before the one that straddles the join") {
  const Ticks first_end = 10 * 44100 + 7;
  Files files;
  split({aac(), 1024, {first_end, first_end + 20 * 44100}}, false, files);
  // On the run's time the join is at 1024 + 441007 = 442031, inside unit 431 (441344 to 442368).
  const auto first = all_units(files.sinks[0], files.tracks[0]);
  CHECK(first.front() == 0);
  CHECK(first.back() == 431);
  CHECK(files.tracks[0].rendition.track.lead_in == 1024);
  CHECK(files.tracks[0].rendition.track.tail == 442368 - 442031);
  CHECK(files.tracks[0].rendition.duration == first_end);
  CHECK(files.tracks[0].rendition.preroll_bytes == 0);

  const Rendition& second = files.tracks[1].rendition;
  const auto units = all_units(files.sinks[1], files.tracks[1]);
  CHECK(units[0] == 430);
  CHECK(units[1] == 431);
  CHECK(units[2] == 432);
  CHECK(second.preroll_ticks == 2048);
  CHECK(second.track.lead_in == 442031 - 430 * 1024);
  CHECK(second.duration == 20 * 44100);
  const Segment segment = files.tracks[1].segments.at(0);
  CHECK(segment.start == 0);
  CHECK(units_in(files.sinks[1].bytes(), segment.offset, segment.offset + second.preroll_bytes) == std::vector<std::uint32_t>{430, 431});
}

TEST_CASE("AAC: a join between two units needs one unit of warm-up") {
  const Ticks first_end = 430 * 1024 - 1024;
  Files files;
  split({aac(), 1024, {first_end, first_end + 20 * 44100}}, false, files);
  CHECK(all_units(files.sinks[0], files.tracks[0]).back() == 429);
  CHECK(files.tracks[0].rendition.track.tail == 0);
  const auto units = all_units(files.sinks[1], files.tracks[1]);
  CHECK(units[0] == 429);
  CHECK(files.tracks[1].rendition.track.lead_in == 1024);
  CHECK(files.tracks[1].rendition.preroll_ticks == 1024);
}

TEST_CASE("Opus: a later track starts 80 ms before its programme, and its pre-skip says so") {
  const Ticks first_end = 48000 * 10 + 100;
  Files files;
  split({opus(), 960, {first_end, first_end + 48000 * 9}}, false, files);
  const Ticks join = 312 + first_end;  // 480412, inside unit 500
  const auto units = all_units(files.sinks[1], files.tracks[1]);
  CHECK(units[0] == 496);  // 476160 <= 480412 - 3840
  const Rendition& second = files.tracks[1].rendition;
  CHECK(second.track.lead_in == join - 496 * 960);
  CHECK(second.preroll_ticks == 5 * 960);
  auto head = parse_track_head(files.sinks[1].bytes());
  REQUIRE(head);
  CHECK(head->track.rendition.track.lead_in == second.track.lead_in);
}

TEST_CASE("FLAC: tracks are cut at the sample and need no pre-roll") {
  Files files;
  split({flac(), 4608, {441007, 900000}}, true, files);
  CHECK(files.tracks[1].rendition.preroll_bytes == 0);
  CHECK(files.tracks[1].rendition.track.lead_in == 0);
  CHECK(files.tracks[0].rendition.track.tail == 0);
  CHECK(files.tracks[0].segments.end() == 441007);
  CHECK(files.tracks[1].segments.end() == 900000 - 441007);
  const CodecConfig& config = files.tracks[1].rendition.track.config;
  CHECK((config[17] & 0x0F) == 0);
  CHECK((config[18] << 24 | config[19] << 16 | config[20] << 8 | config[21]) == 900000 - 441007);
}

TEST_CASE("the album's timeline holds every unit of the run once") {
  const auto check = [](const Run& run, bool cut) {
    Files files;
    split(run, cut, files);
    std::vector<const Track*> parts;
    for (const Track& track : files.tracks) parts.push_back(&track);
    auto album = make_album_track(files.tracks[0].rendition, parts);
    if (!album) FAIL(album.error().message);
    std::uint32_t expected = 0;
    for (auto walk = album->segments.walk(); !walk.done(); walk.next()) {
      for (const std::uint32_t number : units_in(files.sinks[walk->file].bytes(), walk->offset, walk->offset + walk->size)) {
        REQUIRE(number == expected);
        ++expected;
      }
    }
    CHECK(expected > 1);
    CHECK(album->segments.end() >= run.ends.back() + run.config.lead_in);
    CHECK(album->segments.end() < run.ends.back() + run.config.lead_in + run.unit);
  };
  check({aac(), 1024, {441007, 900001, 1500000}}, false);
  check({opus(), 960, {480100, 500000, 1500000}}, false);
  check({flac(), 4608, {441007, 900001, 1500000}}, true);
  // Tracks shorter than a unit, in the middle and at the end.
  check({aac(), 1024, {441007, 441017, 441027, 900001, 900003}}, false);
  check({opus(), 960, {480100, 480110, 900000}}, false);
  check({aac(), 1024, {100, 200, 441000}}, false);
}
