// SPDX-License-Identifier: Apache-2.0
#include "media/bmff/sample_entry.h"

#include <algorithm>
#include <array>

#include "media/aac_config.h"
#include "media/bmff/sample_entry_boxes.h"

namespace segue::media::bmff {
namespace {

struct Binding {
  Codec codec;
  FourCc entry, record;
};
constexpr std::array<Binding, 13> kBindings = {{
    {Codec::aac, fourcc("mp4a"), fourcc("esds")},
    {Codec::opus, fourcc("Opus"), fourcc("dOps")},
    {Codec::flac, fourcc("fLaC"), fourcc("dfLa")},
    {Codec::alac, fourcc("alac"), fourcc("alac")},
    {Codec::ac3, fourcc("ac-3"), fourcc("dac3")},
    {Codec::eac3, fourcc("ec-3"), fourcc("dec3")},
    {Codec::h264, fourcc("avc1"), fourcc("avcC")},
    {Codec::h264, fourcc("avc3"), fourcc("avcC")},
    {Codec::hevc, fourcc("hvc1"), fourcc("hvcC")},
    {Codec::hevc, fourcc("hev1"), fourcc("hvcC")},
    {Codec::av1, fourcc("av01"), fourcc("av1C")},
    {Codec::vp9, fourcc("vp09"), fourcc("vpcC")},
    {Codec::webvtt, fourcc("wvtt"), fourcc("vttC")},
}};
constexpr std::uint8_t kPq = 16, kHlg = 18;  // 23091-2 transfer characteristics

const Binding& binding_of(Codec codec) {
  return *std::find_if(kBindings.begin(), kBindings.end(), [&](const Binding& b) { return b.codec == codec; });
}

void write_bytes(std::vector<std::uint8_t>& out, FourCc type, const std::vector<std::uint8_t>& payload) {
  BoxScope scope(out, type);
  out.insert(out.end(), payload.begin(), payload.end());
}

void write_record(std::vector<std::uint8_t>& out, const TrackConfig& track) {
  switch (track.codec) {
    case Codec::aac: {
      Esds esds;
      esds.max_bit_rate = track.peak_bps;
      esds.average_bit_rate = track.average_bps;
      esds.config = track.config;
      return write(out, esds);
    }
    case Codec::flac: return write(out, DfLa{track.config});
    case Codec::alac: {  // a FullBox, unlike the record itself
      BoxScope scope(out, fourcc("alac"));
      Fields(out).zeros(4);
      out.insert(out.end(), track.config.begin(), track.config.end());
      return;
    }
    default: return write_bytes(out, binding_of(track.codec).record, track.config);
  }
}

// Loudspeaker positions (23091-3) of WAVE's speaker bits 0 to 17; Ls and Rs stand for the side pair of a 5.1 without a back pair.
constexpr std::array<std::uint8_t, 18> kPositions = {0, 1, 2, 3, 8, 9, 6, 7, 10, 13, 14, 25, 17, 19, 18, 20, 21, 22};

// The codec's own order is WAVE's only in FLAC; AAC, Opus and AC-3 tell their layout themselves.
void write_layout(std::vector<std::uint8_t>& out, const TrackConfig& track) {
  if (track.codec != Codec::flac || track.audio.channels <= 2) return;
  Chnl chnl;
  for (std::size_t bit = 0; bit < kPositions.size(); ++bit) {
    if (track.audio.channel_mask >> bit & 1) chnl.positions.push_back(kPositions[bit]);
  }
  if (chnl.positions.size() == track.audio.channels) write(out, chnl);
}

void write_audio(std::vector<std::uint8_t>& out, const TrackConfig& track) {
  AudioEntryFields fields;
  fields.channels = static_cast<std::uint16_t>(track.audio.channels);
  fields.sample_size = static_cast<std::uint16_t>(track.audio.bit_depth != 0 ? track.audio.bit_depth : 16);
  const std::uint32_t rate = track.codec == Codec::opus ? 48000 : track.audio.sample_rate;
  fields.sample_rate = rate <= 0xFFFF ? rate << 16 : 0;  // the record has the rate that does not fit
  Fields f(out);
  fields.io(f);
  write_record(out, track);
  write_layout(out, track);
}

void write_video(std::vector<std::uint8_t>& out, const TrackConfig& track) {
  const VideoFormat& video = track.video;
  VisualEntryFields fields{static_cast<std::uint16_t>(video.width), static_cast<std::uint16_t>(video.height)};
  Fields f(out);
  fields.io(f);
  write_record(out, track);
  Colr colr;
  colr.primaries = video.colour_primaries;
  colr.transfer = video.transfer;
  colr.matrix = video.matrix;
  colr.full_range = video.full_range;
  write(out, colr);  // CMAF 9.2 wants it in any case; 2 says unspecified
  write(out, Pasp{static_cast<std::uint32_t>(video.sample_aspect.num), static_cast<std::uint32_t>(video.sample_aspect.den)});
}

Result<void> read_record(const Box& box, TrackConfig& track) {
  const Bytes bytes = box.payload;
  std::size_t skip = 0;
  if (track.codec == Codec::aac) {
    auto esds = parse<Esds>(box);
    if (!esds) return std::move(esds).error();
    const bool mpeg2 = esds->object_type >= 0x66 && esds->object_type <= 0x68;
    if (esds->object_type != Esds::kMpeg4Audio && !mpeg2)
      return box.error("object type " + std::to_string(esds->object_type) + ", expected 64 (MPEG-4 audio) or 102 to 104 (MPEG-2 AAC)");
    track.config = std::move(esds->config);
    track.peak_bps = esds->max_bit_rate;
    track.average_bps = esds->average_bit_rate;
    return {};
  }
  if (track.codec == Codec::flac || track.codec == Codec::alac) skip = 4;
  if (bytes.size() < skip) return box.error(std::to_string(bytes.size()) + " bytes left, need " + std::to_string(skip));
  track.config.assign(bytes.begin() + static_cast<std::ptrdiff_t>(skip), bytes.end());
  return {};
}

std::uint32_t big_endian(Bytes bytes, std::size_t at, std::size_t width) {
  std::uint32_t value = 0;
  for (std::size_t i = 0; i < width; ++i) value = value << 8 | bytes[at + i];
  return value;
}

// The record knows better than the entry's 16 bits: rates over 65535 Hz, HE-AAC's output, channels of old QuickTime writers.
Result<void> read_audio_format(const Box& entry, const AudioEntryFields& fields, TrackConfig& track) {
  const Bytes config = track.config;
  track.audio.channels = fields.channels;
  track.audio.sample_rate = fields.sample_rate >> 16;
  if (track.codec == Codec::aac) {
    auto aac = parse_aac_config(config);
    if (!aac) return entry.error(aac.error().message);
    track.audio.sample_rate = aac->rate;
    if (aac->channels() != 0) track.audio.channels = aac->channels();
  } else if (track.codec == Codec::opus && config.size() >= 2) {
    track.audio.sample_rate = 48000;
    track.audio.channels = config[1];
  } else if (track.codec == Codec::flac && config.size() >= 38) {
    // STREAMINFO after the block's header: rate 20 bits, channels - 1 in 3, depth - 1 in 5.
    const std::uint32_t packed = big_endian(config, 14, 4);
    track.audio.sample_rate = packed >> 12;
    track.audio.channels = (packed >> 9 & 7) + 1;
    track.audio.bit_depth = (packed >> 4 & 31) + 1;
  } else if (track.codec == Codec::alac && config.size() >= 24) {
    track.audio.bit_depth = config[5];
    track.audio.channels = config[9];
    track.audio.sample_rate = big_endian(config, 20, 4);
  }
  return {};
}

Result<void> read_video_child(const Box& child, VideoFormat& video) {
  if (child.type == Colr::kType) {
    auto colr = parse<Colr>(child);
    if (!colr) return std::move(colr).error();
    video.colour_primaries = static_cast<std::uint8_t>(colr->primaries);
    video.transfer = static_cast<std::uint8_t>(colr->transfer);
    video.matrix = static_cast<std::uint8_t>(colr->matrix);
    video.full_range = colr->full_range;
    video.range = video.transfer == kPq ? VideoRange::pq : video.transfer == kHlg ? VideoRange::hlg : VideoRange::sdr;
  } else if (child.type == Pasp::kType) {
    auto pasp = parse<Pasp>(child);
    if (!pasp) return std::move(pasp).error();
    if (pasp->horizontal != 0 && pasp->vertical != 0) video.sample_aspect = {pasp->horizontal, pasp->vertical};
  }
  return {};
}

// What lies between the entry's fields and its child boxes in QuickTime files.
std::size_t extra_bytes(const AudioEntryFields& fields) { return fields.version == 1 ? 16 : fields.version == 2 ? 36 : 0; }

}  // namespace

void write_sample_entry(std::vector<std::uint8_t>& out, const TrackConfig& track) {
  BoxScope entry(out, binding_of(track.codec).entry);
  switch (kind_of(track.codec)) {
    case TrackKind::audio: write_audio(out, track); break;
    case TrackKind::video: write_video(out, track); break;
    case TrackKind::text: {
      Fields f(out);
      PlainEntryFields{}.io(f);
      write_record(out, track);
      break;
    }
  }
  if (track.codec != Codec::aac && (track.average_bps != 0 || track.peak_bps != 0))
    write(out, Btrt{0, std::max(track.peak_bps, track.average_bps), track.average_bps});
}

Result<void> read_sample_entry(const Box& entry, TrackConfig& track) {
  const auto binding = std::find_if(kBindings.begin(), kBindings.end(), [&](const Binding& b) { return b.entry == entry.type; });
  if (binding == kBindings.end()) {
    if (entry.type == fourcc("enca") || entry.type == fourcc("encv")) return entry.error("the track is encrypted");
    return entry.error("sample entry of an unknown codec, expected mp4a, Opus, fLaC, alac, ac-3, ec-3, avc1, hvc1, av01, vp09 or wvtt");
  }
  track.codec = binding->codec;
  Fields f(entry);
  AudioEntryFields audio;
  VisualEntryFields visual;
  const TrackKind kind = kind_of(track.codec);
  if (kind == TrackKind::audio) audio.io(f);
  if (kind == TrackKind::video) visual.io(f);
  if (kind == TrackKind::text) PlainEntryFields{}.io(f);
  if (!f.ok()) return f.error();

  bool found = false;
  Boxes children(entry, f.position() + (kind == TrackKind::audio ? extra_bytes(audio) : 0));
  for (Box child; children.next(child);) {
    Result<void> done;
    if (child.type == binding->record && !found) {
      found = true;
      done = read_record(child, track);
    } else if (child.type == Btrt::kType && track.codec != Codec::aac) {
      auto btrt = parse<Btrt>(child);
      if (!btrt) return std::move(btrt).error();
      track.peak_bps = btrt->max_bit_rate;
      track.average_bps = btrt->average_bit_rate;
    } else if (kind == TrackKind::video) {
      done = read_video_child(child, track.video);
    }
    if (!done) return done;
  }
  if (!children.ok()) return children.error();
  if (!found) return entry.error("no " + text_of(binding->record) + " in it");
  if (kind == TrackKind::audio) return read_audio_format(entry, audio, track);
  track.video.width = visual.width;
  track.video.height = visual.height;
  return {};
}

}  // namespace segue::media::bmff
