// SPDX-License-Identifier: Apache-2.0
// A codec and its configuration record, the bytes that an ISO BMFF sample entry carries; strings of RFC 6381 are
// built from those bytes, never from names.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "media/result.h"

namespace segue::media {

enum class Codec {
  aac,  // any MPEG-4 audio object type: LC, HE (SBR), HE v2 (PS), xHE (USAC); the record says which
  opus,
  flac,
  alac,
  ac3,
  eac3,
  h264,
  hevc,
  av1,
  vp9,
  webvtt,
};

enum class TrackKind { audio, video, text };

[[nodiscard]] TrackKind kind_of(Codec codec) noexcept;

// Stable lower-case name used in ladder files, asset.json and `codecs=` filters: "aac", "opus", "h264", ...
[[nodiscard]] std::string_view name_of(Codec codec) noexcept;
[[nodiscard]] Result<Codec> codec_named(std::string_view name);

// What `config` of a track holds, by codec (always without the box header, exactly the payload that the box has):
//   aac     AudioSpecificConfig (ISO/IEC 14496-3 1.6.2.1)      opus  dOps payload (version 0, big-endian)
//   flac    dfLa payload after version/flags: METADATA_BLOCKs   alac  ALACSpecificConfig (24 or 48 bytes)
//   ac3     dac3 payload      eac3  dec3 payload                h264  avcC payload     hevc  hvcC payload
//   av1     av1C payload      vp9   vpcC payload (with version/flags)   webvtt  vttC payload (the file's header text)
using CodecConfig = std::vector<std::uint8_t>;

struct VideoFormat;

// RFC 6381 string ("mp4a.40.2", "avc1.64001f", "Opus", "fLaC", "av01.0.08M.08"). `video` brings the colour that AV1 names when it is not
// the default BT.709: "av01.0.08M.10.0.110.09.16.09.0". Error: a record too short or not of this codec.
[[nodiscard]] Result<std::string> codec_string(Codec codec, std::span<const std::uint8_t> config, const VideoFormat* video = nullptr);

}  // namespace segue::media
