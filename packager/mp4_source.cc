// SPDX-License-Identifier: Apache-2.0
#include "packager/mp4_source.h"

#include <algorithm>

#include "media/bmff/movie_boxes.h"
#include "media/bmff/sample_entry.h"
#include "packager/fragment_tables.h"

namespace segue::packager {
namespace {

using namespace media::bmff;
using media::Rational;

// Bounds that keep sums of times within 64 bits. All ones is how some say that a duration is unknown.
constexpr std::uint64_t kLongestEditSeconds = 1u << 20;  // 12 days
constexpr std::int64_t kLatestTick = std::int64_t{1} << 60;

// The edits, as far as a stream can show them: an empty one as a delay, then the first with media. Later ones (cuts inside) are refused.
Result<void> read_edits(const Box& trak, Mp4Track& track) {
  const Box edts = find_child(trak, fourcc("edts"));
  const Box box = find_child(edts, Elst::kType);
  if (box.type == 0) return {};
  auto elst = parse<Elst>(box);
  if (!elst) return std::move(elst).error();
  bool found = false;
  const std::uint64_t longest = kLongestEditSeconds * track.movie_timescale;
  for (const Edit& edit : elst->edits) {
    if (edit.media_time > kLatestTick) return box.error("media time " + std::to_string(edit.media_time));
    const Rational seconds{static_cast<std::int64_t>(std::min<std::uint64_t>(edit.duration, longest)), track.movie_timescale};
    if (edit.media_time < 0 && !found) {
      track.delay = {std::min<std::int64_t>(track.delay.num + seconds.num, static_cast<std::int64_t>(longest)), track.movie_timescale};
    } else if (!found) {
      found = true;
      track.media_start = edit.media_time;
      track.edit_length = seconds;
    } else if (edit.media_time >= 0 && edit.duration > 0) {
      return box.error("an edit list that cuts inside the track, expected one edit with media");
    }
  }
  return {};
}

// Where a movie's samples and tables are.
struct Place {
  const FragmentTables* fragments;
  std::uint64_t file_bytes;
  int file;
};

// Where the samples are: in the track's tables, or in the movie's fragments.
Result<void> read_samples(const Box& stbl, const Place& place, Mp4Track& track) {
  auto tables = SampleTables::open(stbl, place.file_bytes, place.file);
  if (place.fragments != nullptr) track.samples = place.fragments->tables(track.id);
  if (track.samples.sample_count() == 0) {
    if (!tables) return std::move(tables).error();
    track.samples = *tables;
    return {};
  }
  if (tables && tables->sample_count() > 0) return stbl.error("samples in tables and in fragments, expected one of the two");
  return {};
}

Result<void> read_media(const Box& mdia, const Place& place, Mp4Track& track) {
  auto mdhd = parse_child<Mdhd>(mdia);
  if (!mdhd) return std::move(mdhd).error();
  if (mdhd->timescale == 0) return mdia.error("timescale 0, expected at least 1");
  track.config.timescale = mdhd->timescale;
  track.config.language = unpack_language(mdhd->language);
  if (auto elng = parse_child<Elng>(mdia); elng && !elng->language.empty()) track.config.language = std::move(elng->language);
  if (auto hdlr = parse_child<Hdlr>(mdia)) track.handler_name = std::move(hdlr->name);
  const Box minf = find_child(mdia, fourcc("minf"));
  const Box stbl = find_child(minf, fourcc("stbl"));
  if (stbl.type == 0) return mdia.error("no minf/stbl in it");
  constexpr std::size_t kFields = 8;
  const Box stsd = find_child(stbl, fourcc("stsd"));
  Boxes entries(stsd, kFields);
  Box entry, second;
  if (!entries.next(entry)) return stbl.error("no sample entry");
  if (entries.next(second)) return stsd.error("several sample entries, expected one");
  auto done = read_sample_entry(entry, track.config);
  return done ? read_samples(stbl, place, track) : done;
}

Result<void> read_track(const Box& trak, const Place& place, Mp4Track& track) {
  auto tkhd = parse_child<Tkhd>(trak);
  if (!tkhd) return std::move(tkhd).error();
  track.id = tkhd->track_id;
  track.enabled = (tkhd->flags & 1) != 0;
  const Box mdia = find_child(trak, fourcc("mdia"));
  if (mdia.type == 0) return trak.error("no mdia in it");
  auto done = read_media(mdia, place, track);
  if (done) done = read_edits(trak, track);
  // The edit's length is the first fragment's alone, or nothing: recorders write it before they know.
  if (place.fragments != nullptr) track.edit_length = {0, track.movie_timescale};
  return done;
}

// The length that mehd tells (8.8.2), of a movie of one track: our own track files say so where the programme ends.
void read_length(const Box& moov, std::vector<Mp4Track>& tracks) {
  const auto mehd = parse_child<Mehd>(find_child(moov, fourcc("mvex")));
  if (!mehd || tracks.size() != 1) return;
  tracks[0].edit_length.num = static_cast<std::int64_t>(std::min<std::uint64_t>(mehd->duration, INT64_MAX));
  tracks[0].length_of_movie = true;
}

// Fragments of a recording may begin anywhere on its clock. The earliest track begins the presentation, the others when they do.
void place_starts(const FragmentTables& fragments, std::vector<Mp4Track>& tracks) {
  const auto start = [&](const Mp4Track& track) {
    return Rational{static_cast<std::int64_t>(std::min<std::uint64_t>(fragments.start(track.id), INT64_MAX)), track.config.timescale};
  };
  const auto seconds = [&](const Mp4Track& track) { return static_cast<double>(start(track).num) / static_cast<double>(start(track).den); };
  const auto first = std::min_element(tracks.begin(), tracks.end(), [&](const auto& a, const auto& b) { return seconds(a) < seconds(b); });
  if (first == tracks.end()) return;
  const Rational origin = start(*first);
  for (Mp4Track& track : tracks) {
    const std::int64_t timescale = track.config.timescale;
    const media::Ticks late = start(track).num - media::ticks_at(origin, timescale);
    track.delay = {media::ticks_at(track.delay, timescale) + late, timescale};
  }
}

}  // namespace

bool is_fragmented(const Box& moov) { return find_child(moov, fourcc("mvex")).type != 0; }

Result<Mp4Source> read_movie(const Box& moov, const FragmentTables* fragments, std::uint64_t file_bytes, int file) {
  auto mvhd = parse_child<Mvhd>(moov);
  if (!mvhd) return std::move(mvhd).error();
  if (mvhd->timescale == 0) return moov.error("timescale 0, expected at least 1");
  Mp4Source source;
  Boxes children(moov);
  for (Box box; children.next(box);) {
    if (box.type != fourcc("trak")) continue;
    Mp4Track track;
    track.movie_timescale = mvhd->timescale;
    auto done = read_track(box, {fragments, file_bytes, file}, track);
    if (done && track.samples.sample_count() > 0) {
      source.tracks.push_back(std::move(track));
    } else {
      source.skipped.push_back(done ? box.error("no samples").message : done.error().message);
    }
  }
  if (!children.ok()) return children.error();
  if (fragments != nullptr) {
    place_starts(*fragments, source.tracks);
    read_length(moov, source.tracks);
  }
  return source;
}

}  // namespace segue::packager
