// SPDX-License-Identifier: Apache-2.0
#include "transcoder/nal.h"

#include <algorithm>
#include <array>
#include <iterator>
#include <string>
#include <utility>

#include "media/bits.h"

namespace segue::transcoder {
namespace {

using media::Codec;
using media::CodecConfig;

constexpr int kAvcSps = 7, kAvcPps = 8, kAvcDelimiter = 9, kAvcFiller = 12;
constexpr int kHevcVps = 32, kHevcSps = 33, kHevcPps = 34, kHevcDelimiter = 35, kHevcFiller = 38;
constexpr int kAv1SequenceHeader = 1, kAv1TemporalDelimiter = 2;

int nal_type(Codec codec, Bytes nal) {
  if (nal.empty()) return -1;
  return codec == Codec::h264 ? nal[0] & 0x1F : nal[0] >> 1 & 0x3F;
}

bool is_stored(Codec codec, int type) {
  if (codec == Codec::h264) return type != kAvcSps && type != kAvcPps && type != kAvcDelimiter && type != kAvcFiller;
  return !(type >= kHevcVps && type <= kHevcPps) && type != kHevcDelimiter && type != kHevcFiller;
}

void put16(CodecConfig& out, std::size_t value) {
  out.push_back(static_cast<std::uint8_t>(value >> 8));
  out.push_back(static_cast<std::uint8_t>(value));
}

void put_unit(CodecConfig& out, Bytes nal) {
  put16(out, nal.size());
  out.insert(out.end(), nal.begin(), nal.end());
}

std::vector<Bytes> of_type(Codec codec, const std::vector<Bytes>& units, int type) {
  std::vector<Bytes> found;
  std::copy_if(units.begin(), units.end(), std::back_inserter(found),
               [&](Bytes nal) { return nal_type(codec, nal) == type && nal.size() < 65536; });
  return found;
}

// Payload without emulation prevention bytes (H.264 7.4.1.1).
std::vector<std::uint8_t> unescaped(Bytes nal) {
  std::vector<std::uint8_t> out;
  int zeros = 0;
  for (const std::uint8_t byte : nal) {
    if (zeros >= 2 && byte == 3) {
      zeros = 0;
      continue;
    }
    zeros = byte == 0 ? zeros + 1 : 0;
    out.push_back(byte);
  }
  return out;
}

std::uint32_t exp_golomb(media::BitReader& bits) {
  unsigned zeros = 0;
  while (bits.left() > 0 && bits.get(1) == 0 && zeros < 31) ++zeros;
  return (1u << zeros) - 1 + (zeros == 0 ? 0 : bits.get(zeros));
}

Result<CodecConfig> avc(const std::vector<Bytes>& units) {
  const auto sps = of_type(Codec::h264, units, kAvcSps), pps = of_type(Codec::h264, units, kAvcPps);
  if (sps.empty() || pps.empty() || sps[0].size() < 4)
    return Error{"H.264 header: expected SPS and PPS, found " + std::to_string(units.size()) + " units without them"};
  CodecConfig record = {1, sps[0][1], sps[0][2], sps[0][3], 0xFF, static_cast<std::uint8_t>(0xE0 | sps.size())};
  for (const Bytes nal : sps) put_unit(record, nal);
  record.push_back(static_cast<std::uint8_t>(pps.size()));
  for (const Bytes nal : pps) put_unit(record, nal);
  const std::uint8_t profile = sps[0][1];
  if (profile == 100 || profile == 110 || profile == 122 || profile == 144) {
    const std::vector<std::uint8_t> payload = unescaped(sps[0].subspan(4));
    media::BitReader bits(payload);
    exp_golomb(bits);  // seq_parameter_set_id
    const std::uint32_t chroma = exp_golomb(bits);
    if (chroma == 3) bits.get(1);
    const std::uint32_t luma_depth = exp_golomb(bits), chroma_depth = exp_golomb(bits);
    record.insert(record.end(), {static_cast<std::uint8_t>(0xFC | (chroma & 3)), static_cast<std::uint8_t>(0xF8 | (luma_depth & 7)),
                                 static_cast<std::uint8_t>(0xF8 | (chroma_depth & 7)), 0});
  }
  return record;
}

// The head of an HEVC SPS (H.265 7.3.2.2.1), as far as hvcC repeats it.
struct HevcSps {
  unsigned sub_layers = 0, nested = 0, chroma = 0, luma_depth = 0, chroma_depth = 0;
  std::array<std::uint8_t, 12> profile_tier_level{};
};

HevcSps read_sps(Bytes nal) {
  const std::vector<std::uint8_t> payload = unescaped(nal.subspan(2));
  media::BitReader bits(payload);
  HevcSps sps;
  bits.get(4);
  const unsigned more_layers = bits.get(3);
  sps.sub_layers = more_layers + 1;
  sps.nested = bits.get(1);
  for (std::uint8_t& byte : sps.profile_tier_level) byte = static_cast<std::uint8_t>(bits.get(8));
  std::array<std::pair<bool, bool>, 8> present{};
  for (unsigned i = 0; i < more_layers; ++i) {
    present[i].first = bits.get(1) != 0;
    present[i].second = bits.get(1) != 0;
  }
  if (more_layers > 0) bits.get(2 * (8 - more_layers));
  for (unsigned i = 0; i < more_layers; ++i) {
    for (unsigned k = 0; present[i].first && k < 11; ++k) bits.get(8);
    if (present[i].second) bits.get(8);
  }
  exp_golomb(bits);  // sps_seq_parameter_set_id
  sps.chroma = exp_golomb(bits);
  if (sps.chroma == 3) bits.get(1);
  exp_golomb(bits);  // width
  exp_golomb(bits);  // height
  if (bits.get(1) != 0) {
    for (int i = 0; i < 4; ++i) exp_golomb(bits);  // conformance window
  }
  sps.luma_depth = exp_golomb(bits);
  sps.chroma_depth = exp_golomb(bits);
  return sps;
}

Result<CodecConfig> hevc(const std::vector<Bytes>& units) {
  const auto vps = of_type(Codec::hevc, units, kHevcVps), pps = of_type(Codec::hevc, units, kHevcPps),
             sps_units = of_type(Codec::hevc, units, kHevcSps);
  if (vps.empty() || pps.empty() || sps_units.empty() || sps_units[0].size() < 16)
    return Error{"HEVC header: expected VPS, SPS and PPS, found " + std::to_string(units.size()) + " units without them"};
  const HevcSps sps = read_sps(sps_units[0]);
  CodecConfig record = {1};
  record.insert(record.end(), sps.profile_tier_level.begin(), sps.profile_tier_level.end());
  record.insert(record.end(),
                {0xF0, 0x00, 0xFC, static_cast<std::uint8_t>(0xFC | (sps.chroma & 3)),
                 static_cast<std::uint8_t>(0xF8 | (sps.luma_depth & 7)), static_cast<std::uint8_t>(0xF8 | (sps.chroma_depth & 7)), 0, 0,
                 static_cast<std::uint8_t>((sps.sub_layers & 7) << 3 | sps.nested << 2 | 3), 3});
  for (const auto& [type, list] : {std::pair{kHevcVps, &vps}, {kHevcSps, &sps_units}, {kHevcPps, &pps}}) {
    record.push_back(static_cast<std::uint8_t>(0x80 | type));
    put16(record, list->size());
    for (const Bytes nal : *list) put_unit(record, nal);
  }
  return record;
}

struct Obu {
  int type = 0;
  Bytes whole, payload;
};

// Low-overhead format (AV1 5.3): header, [extension], leb128 size, payload.
std::vector<Obu> obus(Bytes stream) {
  std::vector<Obu> found;
  for (std::size_t at = 0; at < stream.size();) {
    const std::uint8_t header = stream[at];
    std::size_t head = at + ((header & 4) != 0 ? 2 : 1);
    std::uint64_t size = stream.size() - std::min(head, stream.size());
    if ((header & 2) != 0) {
      size = 0;
      for (unsigned shift = 0; head < stream.size() && shift < 56; shift += 7) {
        const std::uint8_t byte = stream[head++];
        size |= static_cast<std::uint64_t>(byte & 0x7F) << shift;
        if ((byte & 0x80) == 0) break;
      }
    }
    if (head > stream.size() || size > stream.size() - head) break;
    const auto end = head + static_cast<std::size_t>(size);
    found.push_back({header >> 3 & 15, stream.subspan(at, end - at), stream.subspan(head, static_cast<std::size_t>(size))});
    at = end;
  }
  return found;
}

// operating_parameters_info and friends (AV1 5.5.1 to 5.5.4) stand before what av1C repeats; `tier_level` takes the first operating
// point's.
struct TierLevel {
  unsigned tier = 0, level = 0;
};
TierLevel read_operating_points(media::BitReader& bits) {
  unsigned delay_bits = 0;
  if (bits.get(1) != 0) {  // timing_info_present_flag
    bits.get(32), bits.get(32);
    if (bits.get(1) != 0) exp_golomb(bits);
    if (bits.get(1) != 0) {
      delay_bits = bits.get(5) + 1;
      bits.get(32), bits.get(5), bits.get(5);
    }
  }
  const bool display_delays = bits.get(1) != 0;
  const unsigned points = bits.get(5) + 1;
  TierLevel first;
  for (unsigned i = 0; i < points; ++i) {
    bits.get(12);
    const unsigned level = bits.get(5);
    const unsigned tier = level > 7 ? bits.get(1) : 0;
    if (i == 0) first = {tier, level};
    if (delay_bits > 0 && bits.get(1) != 0) bits.get(delay_bits), bits.get(delay_bits), bits.get(1);
    if (display_delays && bits.get(1) != 0) bits.get(4);
  }
  return first;
}

// What lies between the operating points and color_config (AV1 5.5.1).
void skip_tools(media::BitReader& bits) {
  const unsigned width_bits = bits.get(4) + 1, height_bits = bits.get(4) + 1;
  bits.get(width_bits), bits.get(height_bits);
  if (bits.get(1) != 0) bits.get(4), bits.get(3);  // frame ids
  bits.get(3);                                     // 128 superblock, filter intra, intra edge
  bits.get(4);                                     // interintra, masked, warped, dual filter
  const bool order_hint = bits.get(1) != 0;
  if (order_hint) bits.get(2);
  const unsigned screen_content = bits.get(1) != 0 ? 2 : bits.get(1);
  if (screen_content > 0 && bits.get(1) == 0) bits.get(1);
  if (order_hint) bits.get(3);
  bits.get(3);  // superres, cdef, restoration
}

// Encoders here write 4:2:0 of 8 or 10 bits and no reduced still pictures.
Result<CodecConfig> av1(Bytes global_header) {
  for (const Obu& obu : obus(global_header)) {
    if (obu.type != kAv1SequenceHeader) continue;
    media::BitReader bits(obu.payload);
    const unsigned profile = bits.get(3);
    bits.get(2);
    const TierLevel point = read_operating_points(bits);
    skip_tools(bits);
    const unsigned high_bit_depth = bits.get(1);
    constexpr unsigned kHalfBothWays = 0x0C;  // chroma_subsampling_x and _y
    CodecConfig record = {0x81, static_cast<std::uint8_t>(profile << 5 | point.level),
                          static_cast<std::uint8_t>(point.tier << 7 | high_bit_depth << 6 | kHalfBothWays), 0};
    record.insert(record.end(), obu.whole.begin(), obu.whole.end());
    return record;
  }
  return Error{"AV1 header: expected a sequence header, found none in " + std::to_string(global_header.size()) + " bytes"};
}

}  // namespace

std::vector<Bytes> nal_units(Bytes stream) {
  std::vector<Bytes> units;
  std::size_t start = stream.size();  // of the current unit; none yet
  const auto finish = [&](std::size_t end) {
    while (end > start && stream[end - 1] == 0) --end;
    if (start < end) units.push_back(stream.subspan(start, end - start));
  };
  for (std::size_t i = 0; i + 2 < stream.size(); ++i) {
    if (stream[i] != 0 || stream[i + 1] != 0 || stream[i + 2] != 1) continue;
    if (start < i) finish(i);
    start = i + 3;
    i += 2;
  }
  finish(stream.size());
  return units;
}

std::vector<std::uint8_t> stored_sample(Codec codec, Bytes encoded) {
  std::vector<std::uint8_t> out;
  out.reserve(encoded.size() + 16);
  if (codec == Codec::av1) {
    for (const Obu& obu : obus(encoded)) {
      if (obu.type != kAv1TemporalDelimiter) out.insert(out.end(), obu.whole.begin(), obu.whole.end());
    }
    return out;
  }
  for (const Bytes nal : nal_units(encoded)) {
    if (!is_stored(codec, nal_type(codec, nal))) continue;
    const auto size = static_cast<std::uint32_t>(nal.size());
    out.insert(out.end(), {static_cast<std::uint8_t>(size >> 24), static_cast<std::uint8_t>(size >> 16),
                           static_cast<std::uint8_t>(size >> 8), static_cast<std::uint8_t>(size)});
    out.insert(out.end(), nal.begin(), nal.end());
  }
  return out;
}

Result<CodecConfig> video_config(Codec codec, Bytes global_header) {
  if (codec == Codec::h264) return avc(nal_units(global_header));
  if (codec == Codec::hevc) return hevc(nal_units(global_header));
  return av1(global_header);
}

}  // namespace segue::transcoder
