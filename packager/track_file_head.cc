// SPDX-License-Identifier: Apache-2.0
#include "packager/track_file_head.h"

#include <algorithm>

#include "media/aac_config.h"
#include "media/bmff/group_boxes.h"
#include "media/bmff/index_boxes.h"
#include "media/bmff/loudness_boxes.h"
#include "media/bmff/movie_boxes.h"
#include "media/bmff/sample_entry.h"

namespace segue::packager {
namespace {

using namespace media::bmff;
using media::Codec;
using media::TrackConfig;
using media::TrackKind;
using Bytes = std::vector<std::uint8_t>;

constexpr std::uint32_t kMaxRange = 0xFFFFFF;  // ssix: 24 bits a range

// CMAF media profile brands (ISO/IEC 23000-19 Annex A and its amendments); 0: none is defined for the codec.
FourCc media_brand(const TrackConfig& track) {
  const auto& video = track.video;
  switch (track.codec) {
    case Codec::aac: return track.audio.channels > 2 ? fourcc("camc") : fourcc("caac");
    case Codec::h264: {
      const bool hd = video.height <= 1080 && video.width <= 1920;
      const bool sd = video.height <= 576 && video.width <= 864;
      return sd ? fourcc("cfsd") : hd ? fourcc("cfhd") : 0;
    }
    case Codec::hevc:
      if (video.range == media::VideoRange::pq) return fourcc("chd1");
      if (video.range == media::VideoRange::hlg) return fourcc("clg1");
      return video.height <= 1080 ? fourcc("chhd") : fourcc("cud8");
    case Codec::av1: return fourcc("av01");
    case Codec::webvtt: return fourcc("cwvt");
    case Codec::ac3:
    case Codec::eac3: return fourcc("ceac");
    default: return 0;
  }
}

void write_ftyp(Bytes& out, const TrackConfig& track) {
  Ftyp ftyp;
  // cmf2: as cmfc, and video has no edit list but signed composition offsets (23000-19 7.2).
  const bool video = kind_of(track.codec) == TrackKind::video;
  ftyp.major = video ? fourcc("cmf2") : fourcc("cmfc");
  ftyp.compatible = {fourcc("cmfc"), fourcc("iso6"), fourcc("mp41"), fourcc("dash")};
  if (video) ftyp.compatible.insert(ftyp.compatible.begin(), fourcc("cmf2"));
  if (const FourCc brand = media_brand(track)) ftyp.compatible.push_back(brand);
  write(out, ftyp);
}

void write_tkhd(Bytes& out, const TrackConfig& track) {
  Tkhd tkhd;
  tkhd.audible = kind_of(track.codec) == TrackKind::audio;
  if (kind_of(track.codec) == TrackKind::video) {
    const media::Rational aspect = track.video.sample_aspect;
    tkhd.width = static_cast<std::uint32_t>(media::rescale(std::int64_t{track.video.width} << 16, aspect.den, aspect.num));
    tkhd.height = track.video.height << 16;
  }
  write(out, tkhd);
}

// AAC only: one edit that starts the programme after the encoder's priming. Opus tells it in dOps; both together are cut twice.
void write_edits(Bytes& out, const TrackConfig& track) {
  if (track.codec == Codec::opus || track.lead_in == 0 || kind_of(track.codec) != TrackKind::audio) return;
  BoxScope edts(out, fourcc("edts"));
  write(out, Elst{{{0, static_cast<std::int64_t>(track.lead_in), 1}}});
}

void write_media_header(Bytes& out, TrackKind kind) {
  const FourCc type = kind == TrackKind::audio ? fourcc("smhd") : kind == TrackKind::video ? fourcc("vmhd") : fourcc("nmhd");
  BoxScope header(out, type);
  Fields f(out);
  f.fixed(kind == TrackKind::video ? 1 : 0, 4);  // vmhd's flags are 1 (14496-12 12.1.2)
  f.zeros(kind == TrackKind::video ? 8 : kind == TrackKind::audio ? 4 : 0);
}

void write_data_reference(Bytes& out) {
  BoxScope dinf(out, fourcc("dinf"));
  BoxScope dref(out, fourcc("dref"));
  Fields f(out);
  f.fixed(0, 4);
  f.fixed(1, 4);
  BoxScope url(out, fourcc("url "));
  f.fixed(1, 4);  // in this file
}

// The tables of a fragmented file are empty (CMAF 7.5): its samples are in the fragments.
void write_sample_table(Bytes& out, const HeadPlan& plan) {
  BoxScope stbl(out, fourcc("stbl"));
  {
    BoxScope stsd(out, fourcc("stsd"));
    Fields f(out);
    f.fixed(0, 4);
    f.fixed(1, 4);
    write_sample_entry(out, plan.config);
  }
  for (const FourCc table : {fourcc("stts"), fourcc("stsc"), fourcc("stsz"), fourcc("stco")}) {
    BoxScope box(out, table);
    Fields(out).zeros(table == fourcc("stsz") ? 12 : 8);
  }
  if (const Roll roll = roll_of(plan.config, plan.default_duration); roll.grouping != 0) write(out, Sgpd{roll.grouping, {roll.distance}});
}

void write_media(Bytes& out, const HeadPlan& plan) {
  const TrackConfig& track = plan.config;
  const TrackKind kind = kind_of(track.codec);
  BoxScope mdia(out, fourcc("mdia"));
  write(out, Mdhd{track.timescale, 0, pack_language(track.language)});
  const FourCc handler = kind == TrackKind::audio ? fourcc("soun") : kind == TrackKind::video ? fourcc("vide") : fourcc("text");
  write(out, Hdlr{handler, track.label});
  if (unpack_language(pack_language(track.language)) != track.language) write(out, Elng{track.language});
  BoxScope minf(out, fourcc("minf"));
  write_media_header(out, kind);
  write_data_reference(out);
  write_sample_table(out, plan);
}

}  // namespace

Roll roll_of(const TrackConfig& config, std::uint32_t sample_duration) noexcept {
  constexpr unsigned kUsac = 42;
  if (config.codec == Codec::aac) {
    const auto aac = media::parse_aac_config(config.config);
    return {aac && aac->object_type == kUsac ? fourcc("prol") : fourcc("roll"), -1};
  }
  if (config.codec == Codec::opus && sample_duration > 0) {
    // 80 ms (Opus in ISO BMFF 4.3.6.2), in access units: Shaka's -3840 counts PCM samples and is wrong.
    const std::uint32_t ticks = config.timescale / 1000 * 80;
    return {fourcc("roll"), static_cast<std::int16_t>(-static_cast<std::int32_t>((ticks + sample_duration - 1) / sample_duration))};
  }
  return {};
}

Bytes write_init(const HeadPlan& plan) {
  Bytes out;
  write_ftyp(out, plan.config);
  BoxScope moov(out, fourcc("moov"));
  write(out, Mvhd{plan.config.timescale, 0, 2});
  {
    BoxScope trak(out, fourcc("trak"));
    write_tkhd(out, plan.config);
    write_edits(out, plan.config);
    write_media(out, plan);
    write_loudness(out, plan.config);
  }
  BoxScope mvex(out, fourcc("mvex"));
  if (plan.presentation_ticks != 0) write(out, Mehd{plan.presentation_ticks});
  Trex trex;
  trex.sample_duration = plan.default_duration;
  trex.sample_flags = kind_of(plan.config.codec) == TrackKind::video ? kNonSyncSample : kSyncSample;
  write(out, trex);
  return out;
}

std::uint64_t index_bytes(std::int64_t segments, bool video) noexcept {
  constexpr std::uint64_t kSidx = 40, kSsix = 16, kTwoRanges = 12;
  const auto count = static_cast<std::uint64_t>(segments);
  return kSidx + SidxReference::kBytes * count + (video ? kSsix + kTwoRanges * count : 0);
}

Bytes write_index(const media::SegmentIndex& segments, const media::IFrameSizes& first_pictures, std::uint32_t timescale,
                  std::uint64_t gap) {
  Ssix ssix;
  const auto add_ranges = [](std::vector<SsixRange>& ranges, std::uint8_t level, std::uint64_t bytes) {
    for (; bytes > 0; bytes -= std::min<std::uint64_t>(bytes, kMaxRange))
      ranges.push_back({level, static_cast<std::uint32_t>(std::min<std::uint64_t>(bytes, kMaxRange))});
  };
  for (std::size_t i = 0; i < first_pictures.size(); ++i) {
    auto& ranges = ssix.subsegments.emplace_back();
    add_ranges(ranges, 0, first_pictures[i]);
    add_ranges(ranges, 1, segments.size_of(i).bytes - first_pictures[i]);
  }
  Bytes after;
  if (!first_pictures.empty()) write(after, ssix);

  Sidx sidx;
  sidx.header.timescale = timescale;
  sidx.header.earliest_presentation_time = static_cast<std::uint64_t>(segments.start());
  sidx.header.first_offset = after.size() + gap;
  sidx.references.reserve(segments.size());
  for (std::size_t i = 0; i < segments.size(); ++i) {
    const media::SegmentIndex::Size size = segments.size_of(i);
    sidx.references.push_back({false, size.bytes, size.duration, true, 1, 0});
  }
  Bytes out;
  write(out, sidx);
  out.insert(out.end(), after.begin(), after.end());
  return out;
}

}  // namespace segue::packager
