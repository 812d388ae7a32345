// SPDX-License-Identifier: Apache-2.0
// Loudness of a track and of its album (ISO/IEC 14496-12 12.2.7; codings of ISO/IEC 23003-4 7.3), as `ludt` in the trak's udta carries
// it: integrated loudness and range by EBU R128, sample and true peak. A player turns the volume by it; samples are not changed.
#pragma once

#include <cstdint>
#include <vector>

#include "media/bmff/fields.h"
#include "media/track.h"

namespace segue::media::bmff {

struct LoudnessMeasurement {
  std::uint8_t method = 0;  // 1: programme loudness, 6: loudness range
  std::uint8_t value = 0;
  std::uint8_t system = 0;       // 1: EBU R128, 2: ITU-R BS.1770-4
  std::uint8_t reliability = 0;  // 3: measured and accurate
  friend bool operator==(const LoudnessMeasurement&, const LoudnessMeasurement&) = default;
};

struct LoudnessBase {  // version 0: one set
  std::uint8_t downmix_id = 0, drc_set_id = 0;
  std::int16_t sample_peak = 0, true_peak = 0;  // 12 bits: (20 dB - level) * 32; 0: not told
  std::uint8_t true_peak_system = 2, true_peak_reliability = 3;
  std::vector<LoudnessMeasurement> measurements;
  void io(Fields& f);
};
struct Tlou : LoudnessBase {
  static constexpr FourCc kType = fourcc("tlou");
};
struct Alou : LoudnessBase {
  static constexpr FourCc kType = fourcc("alou");
};

// Values outside what the codings hold are clamped to their ends; silence (no finite loudness) has no programme loudness.
[[nodiscard]] LoudnessBase coded(const Loudness& loudness);
[[nodiscard]] Loudness decoded(const LoudnessBase& base);

// udta with ludt in it; nothing when there is no loudness.
void write_loudness(std::vector<std::uint8_t>& out, const TrackConfig& track);

}  // namespace segue::media::bmff
