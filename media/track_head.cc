// SPDX-License-Identifier: Apache-2.0
// One pass over ftyp, moov, sidx and ssix. The origin does this when a file is first asked for, so nothing is kept but what a
// Track needs, and the references go from the bytes straight into the SegmentIndex.
#include "media/track_head.h"

#include <algorithm>

#include "media/bmff/index_boxes.h"
#include "media/bmff/movie_boxes.h"
#include "media/bmff/sample_entry.h"
#include "media/limits.h"

namespace segue::media {
namespace {

using bmff::Box;
using bmff::Boxes;
using bmff::fourcc;

Result<void> read_stsd(const Box& stsd, TrackConfig& track) {
  constexpr std::size_t kFields = 8;  // version, flags, entry count
  Boxes entries(stsd, kFields);
  Box entry;
  if (!entries.next(entry)) return entries.ok() ? stsd.error("no sample entry") : entries.error();
  return bmff::read_sample_entry(entry, track);
}

Result<void> read_media(const Box& mdia, TrackConfig& track) {
  bool has_entry = false;
  std::string extended_language;
  Boxes children(mdia);
  for (Box box; children.next(box);) {
    if (box.type == bmff::Mdhd::kType) {
      auto mdhd = bmff::parse<bmff::Mdhd>(box);
      if (!mdhd) return std::move(mdhd).error();
      if (mdhd->timescale == 0) return box.error("timescale 0, expected at least 1");
      track.timescale = mdhd->timescale;
      track.language = bmff::unpack_language(mdhd->language);
    } else if (box.type == bmff::Elng::kType) {
      auto elng = bmff::parse<bmff::Elng>(box);
      if (!elng) return std::move(elng).error();
      extended_language = std::move(elng->language);
    } else if (box.type == fourcc("minf")) {
      const Box stbl = bmff::find_child(box, fourcc("stbl"));
      const Box stsd = bmff::find_child(stbl, fourcc("stsd"));
      if (stsd.type == 0) return box.error("no stbl/stsd in it");
      auto done = read_stsd(stsd, track);
      if (!done) return done;
      has_entry = true;
    }
  }
  if (!children.ok()) return children.error();
  if (track.timescale == 0) return mdia.error("no mdhd in it");
  if (!has_entry) return mdia.error("no minf in it");
  if (!extended_language.empty()) track.language = std::move(extended_language);
  return {};
}

// The only edit that a CMAF track may have: an offset to the first sample of programme.
Result<void> read_edits(const Box& edts, TrackConfig& track) {
  const Box box = bmff::find_child(edts, bmff::Elst::kType);
  if (box.type == 0) return {};
  auto elst = bmff::parse<bmff::Elst>(box);
  if (!elst) return std::move(elst).error();
  if (elst->edits.empty()) return {};
  const std::int64_t media_time = elst->edits[0].media_time;
  if (elst->edits.size() != 1 || media_time < 0 || media_time > UINT32_MAX)
    return box.error(std::to_string(elst->edits.size()) + " edits, the first at " + std::to_string(media_time) +
                     ", expected one offset edit");
  track.lead_in = static_cast<std::uint32_t>(media_time);
  return {};
}

// Pre-skip of a dOps record: bytes 2 and 3.
std::uint32_t pre_skip(const TrackConfig& track) { return track.config.size() < 4 ? 0u : track.config[2] * 256u + track.config[3]; }

Result<void> read_trak(const Box& trak, TrackConfig& track) {
  Box edts;
  bool has_media = false;
  Boxes children(trak);
  for (Box box; children.next(box);) {
    if (box.type == fourcc("edts")) edts = box;
    if (box.type == fourcc("mdia")) {
      auto done = read_media(box, track);
      if (!done) return done;
      has_media = true;
    }
  }
  if (!children.ok()) return children.error();
  if (!has_media) return trak.error("no mdia in it");
  if (track.codec == Codec::opus) track.lead_in = pre_skip(track);
  return edts.type != 0 ? read_edits(edts, track) : Result<void>{};
}

Result<void> read_moov(const Box& moov, Rendition& rendition) {
  Box trak, mvex;
  int traks = 0;
  Boxes children(moov);
  for (Box box; children.next(box);) {
    if (box.type == fourcc("trak") && traks++ == 0) trak = box;
    if (box.type == fourcc("mvex")) mvex = box;
  }
  if (!children.ok()) return children.error();
  if (traks != 1) return moov.error(std::to_string(traks) + " tracks, expected one");
  auto done = read_trak(trak, rendition.track);
  if (!done) return done;
  auto codecs = codec_string(rendition.track.codec, rendition.track.config, &rendition.track.video);
  if (!codecs) return moov.error(codecs.error().message);
  rendition.codecs = std::move(*codecs);
  const Box trex = bmff::find_child(mvex, bmff::Trex::kType);
  if (trex.type == 0) return moov.error("no mvex/trex in it, expected a fragmented file");
  auto defaults = bmff::parse<bmff::Trex>(trex);
  if (!defaults) return std::move(defaults).error();
  if (kind_of(rendition.track.codec) == TrackKind::video && defaults->sample_duration != 0)
    rendition.track.video.frame_rate = {rendition.track.timescale, defaults->sample_duration};
  return {};
}

Result<void> read_sidx(const Box& box, Track& track) {
  bmff::Fields fields(box);
  bmff::SidxHeader header;
  header.io(fields);
  if (!fields.ok()) return fields.error();
  if (header.timescale != track.rendition.track.timescale)
    return box.error("timescale " + std::to_string(header.timescale) + ", expected the track's " +
                     std::to_string(track.rendition.track.timescale));
  constexpr std::uint64_t kMost = std::uint64_t{1} << 62;
  if (header.earliest_presentation_time > kMost || header.first_offset > kMost) return box.error("time or offset over 2^62");
  track.segments.set_start(static_cast<Ticks>(header.earliest_presentation_time));
  track.segments.begin_file(box.end_offset() + header.first_offset);
  track.segments.reserve(header.reference_count);
  for (unsigned i = 0; i < header.reference_count; ++i) {
    bmff::SidxReference reference;
    reference.io(fields);
    if (reference.to_index) return box.error("reference " + std::to_string(i) + " is to another sidx, expected media");
    track.segments.append(reference.size, reference.duration);
  }
  return {};
}

// The first picture of each segment: the ranges of the lowest level that come first.
Result<void> read_ssix(const Box& box, IFrameSizes& sizes, std::size_t segments) {
  bmff::Fields fields(box);
  fields.zeros(4);
  std::uint32_t count = 0;
  fields.number(count);
  if (!fields.fits(count, 4)) return fields.error();
  if (count != segments) return box.error(std::to_string(count) + " subsegments, expected " + std::to_string(segments));
  sizes.reserve(count);
  for (std::uint32_t i = 0; i < count; ++i) {
    std::uint32_t ranges = 0, first = 0;
    std::uint8_t first_level = 0;
    bool in_first = true;
    fields.number(ranges);
    if (!fields.fits(ranges, 4)) return fields.error();
    for (std::uint32_t k = 0; k < ranges; ++k) {
      bmff::SsixRange range;
      range.io(fields);
      if (k == 0) first_level = range.level;
      in_first = in_first && range.level == first_level;
      if (in_first) first += range.size;
    }
    sizes.push_back(first);
  }
  return fields.ok() ? Result<void>{} : fields.error();
}

// Reads box after box until the head is complete.
class HeadReader {
 public:
  explicit HeadReader(std::span<const std::uint8_t> head) : head_(head) {}

  Result<TrackHead> read() {
    while (!complete_) {
      bmff::Header header;
      if (!bmff::read_header(head_.subspan(at_), header)) return want(at_ + 16);
      if (has_sidx_ && header.type != bmff::Ssix::kType) break;  // free, styp, moof: the media begins
      auto box = whole_box(header);
      if (!box) return std::move(box).error();
      if (result_.needed != 0) return std::move(result_);
      auto done = take(*box);
      if (!done) return std::move(done).error();
      at_ = static_cast<std::size_t>(box->end_offset());
    }
    result_.track.segments.shrink_to_fit();
    return std::move(result_);
  }

 private:
  Result<TrackHead> want(std::uint64_t bytes) {
    if (bytes > kMaxTrackHeadBytes)
      return Error{"track head: needs " + std::to_string(bytes) + " bytes, expected at most " + std::to_string(kMaxTrackHeadBytes)};
    result_.needed = static_cast<std::size_t>(bytes);
    return std::move(result_);
  }

  Result<Box> whole_box(const bmff::Header& header) {
    const Box box{header.type, at_, header.header_bytes, {}, nullptr};
    if (header.size < header.header_bytes) return box.error("size " + std::to_string(header.size) + ", expected at least 8");
    if (header.type == fourcc("moof") || header.type == fourcc("mdat")) return box.error("media before the index, expected ftyp moov sidx");
    if (header.size > head_.size() - at_) {
      if (header.size > kMaxTrackHeadBytes)
        return box.error("size " + std::to_string(header.size) + ", expected a head of at most " + std::to_string(kMaxTrackHeadBytes));
      // The header of the box after it tells whether an ssix follows.
      auto more = want(at_ + header.size + (header.type == bmff::Ssix::kType ? 0 : 16));
      if (!more) return std::move(more).error();
      result_ = std::move(*more);
      return box;
    }
    return Box{header.type, at_, header.header_bytes,
               head_.subspan(at_ + header.header_bytes, static_cast<std::size_t>(header.size) - header.header_bytes), nullptr};
  }

  Result<void> take(const Box& box) {
    Track& track = result_.track;
    if (box.type == fourcc("moov")) {
      if (track.init_bytes != 0) return box.error("a second moov");
      track.init_bytes = box.end_offset();
      return read_moov(box, track.rendition);
    }
    if (box.type == bmff::Sidx::kType) {
      if (track.init_bytes == 0) return box.error("sidx before moov");
      has_sidx_ = true;
      track.index_offset = box.offset;
      track.index_bytes = box.end_offset() - box.offset;
      // Audio has no ssix after it: nothing more is needed.
      complete_ = kind_of(track.rendition.track.codec) != TrackKind::video;
      return read_sidx(box, track);
    }
    if (box.type == bmff::Ssix::kType) {
      if (!has_sidx_) return box.error("ssix before sidx");
      complete_ = true;
      track.index_bytes = box.end_offset() - track.index_offset;
      return read_ssix(box, track.i_frames, track.segments.size());
    }
    return {};
  }

  std::span<const std::uint8_t> head_;
  std::size_t at_ = 0;
  bool has_sidx_ = false, complete_ = false;
  TrackHead result_;
};

}  // namespace

Result<TrackHead> parse_track_head(std::span<const std::uint8_t> head) { return HeadReader(head).read(); }

}  // namespace segue::media
