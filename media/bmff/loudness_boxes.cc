// SPDX-License-Identifier: Apache-2.0
#include "media/bmff/loudness_boxes.h"

#include <algorithm>
#include <cmath>

namespace segue::media::bmff {
namespace {

constexpr std::uint8_t kProgramme = 1, kRange = 6, kEbuR128 = 1, kAccurate = 3;

std::uint8_t code(double value, double most) { return static_cast<std::uint8_t>(std::lround(std::clamp(value, 0.0, most))); }

std::int16_t code_peak(double level) {
  if (!std::isfinite(level)) return 0;
  return static_cast<std::int16_t>(std::lround(std::clamp((20.0 - level) * 32, 1.0, 2047.0)));
}

// 23003-4 Table A.45: steps of 0.25 up to 32 LU, 0.5 up to 70, then 1.
std::uint8_t code_range(double lu) {
  if (lu <= 32) return code(lu * 4, 128);
  if (lu <= 70) return code((lu + 32) * 2, 204);
  return code(lu + 134, 255);
}
double decode_range(unsigned value) {
  if (value <= 128) return value * 0.25;
  if (value <= 204) return value * 0.5 - 32;
  return value - 134.0;
}

}  // namespace

void LoudnessBase::io(Fields& f) {
  std::uint8_t version = 0;
  std::uint32_t flags = 0;
  f.version_flags(version, flags);
  if (version != 0) return f.fail("version " + std::to_string(version) + ", expected 0");
  auto ids = static_cast<std::uint16_t>(downmix_id << 6 | drc_set_id);
  std::uint32_t peaks = static_cast<std::uint32_t>(sample_peak & 0xFFF) << 12 | static_cast<std::uint32_t>(true_peak & 0xFFF);
  auto tp = static_cast<std::uint8_t>(true_peak_system << 4 | true_peak_reliability);
  f.number(ids);
  f.number(peaks, 3);
  f.number(tp);
  downmix_id = ids >> 6 & 0x7F;
  drc_set_id = ids & 0x3F;
  const auto signed12 = [](std::uint32_t raw) {
    return static_cast<std::int16_t>(raw & 0x800 ? static_cast<int>(raw & 0xFFF) - 0x1000 : static_cast<int>(raw & 0xFFF));
  };
  sample_peak = signed12(peaks >> 12);
  true_peak = signed12(peaks);
  true_peak_system = tp >> 4;
  true_peak_reliability = tp & 15;
  f.list(
      measurements, 3,
      [&](LoudnessMeasurement& m) {
        auto how = static_cast<std::uint8_t>(m.system << 4 | m.reliability);
        f.number(m.method);
        f.number(m.value);
        f.number(how);
        m.system = how >> 4;
        m.reliability = how & 15;
      },
      1);
}

LoudnessBase coded(const Loudness& loudness) {
  LoudnessBase base;
  base.sample_peak = code_peak(loudness.sample_peak_dbfs);
  base.true_peak = code_peak(loudness.true_peak_dbtp);
  if (std::isfinite(loudness.integrated_lufs))
    base.measurements.push_back({kProgramme, code((loudness.integrated_lufs + 57.75) * 4, 255), kEbuR128, kAccurate});
  if (std::isfinite(loudness.range_lu)) base.measurements.push_back({kRange, code_range(loudness.range_lu), kEbuR128, kAccurate});
  return base;
}

Loudness decoded(const LoudnessBase& base) {
  Loudness loudness;
  loudness.sample_peak_dbfs = 20.0 - base.sample_peak / 32.0;
  loudness.true_peak_dbtp = 20.0 - base.true_peak / 32.0;
  loudness.integrated_lufs = -HUGE_VAL;
  for (const LoudnessMeasurement& m : base.measurements) {
    if (m.method == kProgramme) loudness.integrated_lufs = m.value * 0.25 - 57.75;
    if (m.method == kRange) loudness.range_lu = decode_range(m.value);
  }
  return loudness;
}

void write_loudness(std::vector<std::uint8_t>& out, const TrackConfig& track) {
  if (!track.loudness && !track.album_loudness) return;
  BoxScope udta(out, fourcc("udta"));
  BoxScope ludt(out, fourcc("ludt"));
  if (track.loudness) write(out, Tlou{coded(*track.loudness)});
  if (track.album_loudness) write(out, Alou{coded(*track.album_loudness)});
}

}  // namespace segue::media::bmff
