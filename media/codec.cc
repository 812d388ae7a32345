// SPDX-License-Identifier: Apache-2.0
// Names and RFC 6381 strings of codecs. Each string is read out of the configuration record, bit for bit as the codec's
// ISO BMFF binding lays it out; a table of names could not know profile, level or bit depth.
#include "media/codec.h"

#include <array>
#include <cstdio>

#include "media/aac_config.h"
#include "media/track.h"

namespace segue::media {
namespace {

using Bytes = std::span<const std::uint8_t>;

struct CodecName {
  Codec codec;
  std::string_view name;
  TrackKind kind;
};
constexpr std::array<CodecName, 11> kCodecs = {{
    {Codec::aac, "aac", TrackKind::audio},
    {Codec::opus, "opus", TrackKind::audio},
    {Codec::flac, "flac", TrackKind::audio},
    {Codec::alac, "alac", TrackKind::audio},
    {Codec::ac3, "ac3", TrackKind::audio},
    {Codec::eac3, "eac3", TrackKind::audio},
    {Codec::h264, "h264", TrackKind::video},
    {Codec::hevc, "hevc", TrackKind::video},
    {Codec::av1, "av1", TrackKind::video},
    {Codec::vp9, "vp9", TrackKind::video},
    {Codec::webvtt, "webvtt", TrackKind::text},
}};

const CodecName& entry_of(Codec codec) noexcept { return kCodecs[static_cast<std::size_t>(codec)]; }

template <class... Values>
std::string print(const char* format, Values... values) {
  std::array<char, 128> text{};
  const int length = std::snprintf(text.data(), text.size(), format, values...);
  return {text.data(), static_cast<std::size_t>(length)};
}

Error too_short(Codec codec, std::size_t found, std::size_t expected) {
  return {std::string(name_of(codec)) + " configuration: " + std::to_string(found) + " bytes, expected at least " +
          std::to_string(expected)};
}

Result<std::string> aac_string(Bytes config) {
  auto parsed = parse_aac_config(config);
  if (!parsed) return std::move(parsed).error();
  // Backward-compatible SBR and PS are named as what they are, so that a player that cannot decode them does not choose them.
  if (parsed->ps) return std::string("mp4a.40.29");
  if (parsed->sbr) return std::string("mp4a.40.5");
  return print("mp4a.40.%u", parsed->object_type);
}

// ISO/IEC 14496-15 E.3.
std::string hevc_string(Bytes c) {
  constexpr std::array<const char*, 4> kSpace = {"", "A", "B", "C"};
  std::uint32_t compatibility = 0;
  for (unsigned bit = 0; bit < 32; ++bit) {
    if (c[2 + bit / 8] & (0x80u >> bit % 8)) compatibility |= 1u << bit;
  }
  std::string text = print("hvc1.%s%u.%X.%c%u", kSpace[c[1] >> 6], c[1] & 31u, compatibility, c[1] & 0x20u ? 'H' : 'L', c[12]);
  std::size_t last = 12;
  while (last > 6 && c[last - 1] == 0) --last;
  for (std::size_t i = 6; i < last; ++i) text += print(".%X", c[i]);
  return text;
}

// AV1 in ISO BMFF 5: the optional fields all there, or all left out, which means 4:2:0 BT.709 of limited range.
std::string av1_string(Bytes c, const VideoFormat* video) {
  const bool high = c[2] & 0x40u, twelve = c[2] & 0x20u;
  std::string text = print("av01.%u.%02u%c.%02u", c[1] >> 5, c[1] & 31u, c[2] & 0x80u ? 'H' : 'M', !high ? 8u : twelve ? 12u : 10u);
  const auto plain = [](unsigned code) { return code == 1 || code == 2; };  // BT.709, unspecified
  if (video == nullptr || (plain(video->colour_primaries) && plain(video->transfer) && plain(video->matrix) && !video->full_range))
    return text;
  const unsigned across = c[2] >> 3 & 1u, down = c[2] >> 2 & 1u, position = across && down ? c[2] & 3u : 0u;
  return text + print(".%u.%u%u%u.%02u.%02u.%02u.%u", c[2] >> 4 & 1u, across, down, position, video->colour_primaries, video->transfer,
                      video->matrix, video->full_range ? 1u : 0u);
}

// VP Codec ISO Media File Format Binding, Codecs Parameter String; the first four bytes are version and flags.
std::string vp9_string(Bytes c) {
  return print("vp09.%02u.%02u.%02u.%02u.%02u.%02u.%02u.%02u", c[4], c[5], c[6] >> 4, c[6] >> 1 & 7u, c[7], c[8], c[9], c[6] & 1u);
}

std::size_t least_bytes(Codec codec) {
  switch (codec) {
    case Codec::aac: return 2;
    case Codec::opus: return 11;
    case Codec::flac: return 38;  // a block header and STREAMINFO
    case Codec::alac: return 24;
    case Codec::ac3: return 3;
    case Codec::eac3: return 5;
    case Codec::h264: return 7;
    case Codec::hevc: return 23;
    case Codec::av1: return 4;
    case Codec::vp9: return 12;
    case Codec::webvtt: return 0;
  }
  return 0;
}

}  // namespace

TrackKind kind_of(Codec codec) noexcept { return entry_of(codec).kind; }
std::string_view name_of(Codec codec) noexcept { return entry_of(codec).name; }

Result<Codec> codec_named(std::string_view name) {
  for (const CodecName& entry : kCodecs) {
    if (entry.name == name) return entry.codec;
  }
  return Error{"codec \"" + std::string(name.substr(0, 40)) +
               "\": expected one of aac, opus, flac, alac, ac3, eac3, h264, hevc, av1, vp9, webvtt"};
}

Result<std::string> codec_string(Codec codec, std::span<const std::uint8_t> config, const VideoFormat* video) {
  if (config.size() < least_bytes(codec)) return too_short(codec, config.size(), least_bytes(codec));
  switch (codec) {
    case Codec::aac: return aac_string(config);
    case Codec::opus: return std::string("Opus");
    case Codec::flac:
      if ((config[0] & 0x7Fu) != 0)
        return Error{print("flac configuration: first block is of type %u, expected STREAMINFO (0)", config[0] & 0x7Fu)};
      return std::string("fLaC");
    case Codec::alac: return std::string("alac");
    case Codec::ac3: return std::string("ac-3");
    case Codec::eac3: return std::string("ec-3");
    case Codec::h264:
      if (config[0] != 1) return Error{print("h264 configuration: version %u, expected 1", config[0])};
      return print("avc1.%02x%02x%02x", config[1], config[2], config[3]);
    case Codec::hevc: return hevc_string(config);
    case Codec::av1:
      if (config[0] != 0x81) return Error{print("av1 configuration: first byte 0x%02x, expected 0x81", config[0])};
      return av1_string(config, video);
    case Codec::vp9: return vp9_string(config);
    case Codec::webvtt: return std::string("wvtt");
  }
  return Error{"codec: not known"};
}

}  // namespace segue::media
