// SPDX-License-Identifier: Apache-2.0
#include "packager/mp4_source.h"

#include <algorithm>

#include "media/bmff/movie_boxes.h"
#include "media/bmff/sample_entry.h"

namespace segue::packager {
namespace {

using namespace media::bmff;

// The edits, as far as a stream can show them: an empty one as a delay, then the first with media. Later ones (cuts inside) are refused.
Result<void> read_edits(const Box& trak, Mp4Track& track) {
  const Box edts = find_child(trak, fourcc("edts"));
  const Box box = find_child(edts, Elst::kType);
  if (box.type == 0) return {};
  auto elst = parse<Elst>(box);
  if (!elst) return std::move(elst).error();
  bool found = false;
  for (const Edit& edit : elst->edits) {
    const media::Rational seconds{static_cast<std::int64_t>(std::min<std::uint64_t>(edit.duration, INT64_MAX)), track.movie_timescale};
    if (edit.media_time < 0 && !found) {
      track.delay = {track.delay.num + seconds.num, track.movie_timescale};
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

Result<void> read_media(const Box& mdia, std::uint64_t file_bytes, Mp4Track& track) {
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
  if (!done) return done;
  auto tables = SampleTables::open(stbl, file_bytes);
  if (!tables) return std::move(tables).error();
  track.samples = std::move(*tables);
  return {};
}

Result<void> read_track(const Box& trak, std::uint64_t file_bytes, Mp4Track& track) {
  auto tkhd = parse_child<Tkhd>(trak);
  if (!tkhd) return std::move(tkhd).error();
  track.id = tkhd->track_id;
  track.enabled = (tkhd->flags & 1) != 0;
  const Box mdia = find_child(trak, fourcc("mdia"));
  if (mdia.type == 0) return trak.error("no mdia in it");
  auto done = read_media(mdia, file_bytes, track);
  return done ? read_edits(trak, track) : done;
}

}  // namespace

Result<Mp4Source> read_movie(Bytes bytes, std::uint64_t offset, std::uint64_t file_bytes) {
  Boxes file(bytes, offset);
  Box moov;
  if (!file.next(moov)) return file.ok() ? Error{"moov: nothing there"} : file.error();
  if (find_child(moov, fourcc("mvex")).type != 0) return moov.error("the file is fragmented, expected sample tables");
  auto mvhd = parse_child<Mvhd>(moov);
  if (!mvhd) return std::move(mvhd).error();
  if (mvhd->timescale == 0) return moov.error("timescale 0, expected at least 1");
  Mp4Source source;
  Boxes children(moov);
  for (Box box; children.next(box);) {
    if (box.type != fourcc("trak")) continue;
    Mp4Track track;
    track.movie_timescale = mvhd->timescale;
    auto done = read_track(box, file_bytes, track);
    if (done && track.samples.sample_count() > 0) {
      source.tracks.push_back(std::move(track));
    } else {
      source.skipped.push_back(done ? box.error("no samples").message : done.error().message);
    }
  }
  if (!children.ok()) return children.error();
  return source;
}

}  // namespace segue::packager
