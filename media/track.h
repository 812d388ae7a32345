// SPDX-License-Identifier: Apache-2.0
// What one encoded track is, apart from its samples: the nouns that the transcoder fills, the packager writes into
// a CMAF header, and manifests print.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "media/codec.h"
#include "media/time.h"

namespace segue::media {

struct AudioFormat {
  std::uint32_t sample_rate = 0;  // Hz, of the decoded sound
  std::uint32_t channels = 0;
  std::uint64_t channel_mask = 0;  // WAVE/FFmpeg speaker bits (FL=1, FR=2, FC=4, LFE=8, ...); 0: unknown
  std::uint32_t bit_depth = 0;     // lossless codecs only, else 0
};

enum class VideoRange { sdr, hlg, pq };

struct VideoFormat {
  std::uint32_t width = 0, height = 0;  // coded picture shown, in pixels
  Rational sample_aspect{1, 1};
  Rational frame_rate{0, 1};
  VideoRange range = VideoRange::sdr;
  // ISO/IEC 23091-2 code points; 2 = unspecified.
  std::uint8_t colour_primaries = 2, transfer = 2, matrix = 2;
  bool full_range = false;
};

// EBU R128 / ITU-R BS.1770, of the whole programme.
struct Loudness {
  double integrated_lufs = 0;
  double range_lu = 0;
  double true_peak_dbtp = 0;
  double sample_peak_dbfs = 0;
};

struct TrackConfig {
  Codec codec = Codec::aac;
  CodecConfig config;
  std::uint32_t timescale = 0;   // ticks per second; audio: the sample rate
  std::string language = "und";  // BCP 47
  std::string label;             // for a person, may be empty
  AudioFormat audio;             // kind audio
  VideoFormat video;             // kind video
  std::uint32_t lead_in =
      0;  // ticks at the head of the samples that are not programme (encoder priming, pre-roll): a player must not let them be heard
  std::uint32_t tail = 0;                       // ticks after the programme's end inside the last sample(s) (encoder padding)
  std::uint32_t average_bps = 0, peak_bps = 0;  // of the encoder, for esds/btrt; 0: unknown
  std::optional<Loudness> loudness;             // measured on the programme
  std::optional<Loudness> album_loudness;
};

}  // namespace segue::media
