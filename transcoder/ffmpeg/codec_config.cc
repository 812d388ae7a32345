// SPDX-License-Identifier: Apache-2.0
#include "transcoder/ffmpeg/codec_config.h"

#include <cstring>
#include <string>

namespace segue::transcoder::ffmpeg {
namespace {

using Bytes = std::span<const std::uint8_t>;

Error wrong(const char* what, std::size_t expected, Bytes found) {
  return Error{std::string(what) + ": expected at least " + std::to_string(expected) + " bytes of configuration, found " +
               std::to_string(found.size())};
}

// OpusHead (RFC 7845 5.1, little-endian, version 1) -> dOps (version 0, big-endian).
Result<media::CodecConfig> opus(Bytes head) {
  if (head.size() < 19 || std::memcmp(head.data(), "OpusHead", 8) != 0) return wrong("OpusHead", 19, head);
  media::CodecConfig dops = {0,        head[9],  head[11], head[10],  // version, channels, pre-skip
                             head[15], head[14], head[13], head[12],  // input sample rate
                             head[17], head[16], head[18]};           // gain, mapping family
  if (head[18] != 0) {
    if (head.size() < 21u + head[9]) return wrong("OpusHead with a channel mapping", 21u + head[9], head);
    dops.insert(dops.end(), head.begin() + 19, head.begin() + 21 + head[9]);
  }
  return dops;
}

}  // namespace

media::CodecConfig flac_config(Bytes stream_info) {
  media::CodecConfig record = {0x80, 0, 0, 34};  // last metadata block, type STREAMINFO, its length
  record.insert(record.end(), stream_info.begin(), stream_info.begin() + 34);
  return record;
}

Result<media::CodecConfig> codec_config(media::Codec codec, Bytes extradata) {
  switch (codec) {
    case media::Codec::aac:
      if (extradata.size() < 2) return wrong("AudioSpecificConfig", 2, extradata);
      return media::CodecConfig(extradata.begin(), extradata.end());
    case media::Codec::opus: return opus(extradata);
    case media::Codec::flac:
      if (extradata.size() < 34) return wrong("STREAMINFO", 34, extradata);
      return flac_config(extradata.subspan(extradata.size() - 34));
    default: return Error{"no configuration record known for " + std::string(media::name_of(codec))};
  }
}

}  // namespace segue::transcoder::ffmpeg
