// SPDX-License-Identifier: Apache-2.0
// Histogram mode: memory does not grow with the length, at 0.1 LU of resolution, the precision that R128 asks to display.
#include "transcoder/loudness.h"

#include <ebur128.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "transcoder/true_peak.h"

namespace segue::transcoder {
namespace {

// Speaker bits of WAVE and FFmpeg, lowest first, as BS.1770-4 annex 3 places them.
constexpr std::array<int, 11> kSpeakers = {EBUR128_LEFT,  EBUR128_RIGHT, EBUR128_CENTER, EBUR128_UNUSED /* LFE */,
                                           EBUR128_Mp110, EBUR128_Mm110, EBUR128_Mp060,  EBUR128_Mm060,
                                           EBUR128_Mp180, EBUR128_Mp090, EBUR128_Mm090};
constexpr std::uint64_t kBack = 0x30, kSide = 0x600;

int speaker(std::size_t bit, std::uint64_t mask) {
  const bool both = (mask & kBack) != 0 && (mask & kSide) != 0;  // with side speakers the rear ones stand behind the listener
  if (both && bit == 4) return EBUR128_Mp135;
  if (both && bit == 5) return EBUR128_Mm135;
  return kSpeakers[bit];
}

double decibels(double amplitude) { return amplitude > 0 ? 20 * std::log10(amplitude) : -144.0; }

std::optional<media::Loudness> measure(std::vector<ebur128_state*> states, double true_peak) {
  media::Loudness loudness;
  if (states.empty()) return std::nullopt;
  if (ebur128_loudness_global_multiple(states.data(), states.size(), &loudness.integrated_lufs) != EBUR128_SUCCESS ||
      !std::isfinite(loudness.integrated_lufs)) {
    return std::nullopt;
  }
  ebur128_loudness_range_multiple(states.data(), states.size(), &loudness.range_lu);
  double sample_peak = 0;
  for (ebur128_state* state : states) {
    for (unsigned channel = 0; channel < state->channels; ++channel) {
      double peak = 0;
      if (ebur128_sample_peak(state, channel, &peak) == EBUR128_SUCCESS) sample_peak = std::max(sample_peak, peak);
    }
  }
  loudness.true_peak_dbtp = decibels(true_peak);
  loudness.sample_peak_dbfs = decibels(sample_peak);
  return loudness;
}

}  // namespace

struct LoudnessMeter::State {
  State(ebur128_state* made, std::uint32_t sample_rate) : ebur128(made), true_peak(sample_rate, made->channels) {}
  ~State() { ebur128_destroy(&ebur128); }
  State(const State&) = delete;
  State& operator=(const State&) = delete;
  ebur128_state* ebur128;
  TruePeak true_peak;
};

LoudnessMeter::LoudnessMeter(std::uint32_t sample_rate, std::uint32_t channels, std::uint64_t channel_mask) {
  ebur128_state* made =
      ebur128_init(channels, sample_rate, EBUR128_MODE_I | EBUR128_MODE_LRA | EBUR128_MODE_SAMPLE_PEAK | EBUR128_MODE_HISTOGRAM);
  if (made == nullptr) return;
  state_ = std::make_unique<State>(made, sample_rate);
  if (channels == 1) ebur128_set_channel(made, 0, EBUR128_DUAL_MONO);  // heard from both speakers, as players do
  if (channels < 3) return;
  unsigned channel = 0;
  for (std::size_t bit = 0; bit < kSpeakers.size() && channel < channels; ++bit) {
    if ((channel_mask >> bit & 1) != 0) ebur128_set_channel(made, channel++, speaker(bit, channel_mask));
  }
}
LoudnessMeter::~LoudnessMeter() = default;
LoudnessMeter::LoudnessMeter(LoudnessMeter&&) noexcept = default;
LoudnessMeter& LoudnessMeter::operator=(LoudnessMeter&&) noexcept = default;

void LoudnessMeter::add(const float* interleaved, std::size_t frames) {
  if (!state_) return;
  ebur128_add_frames_float(state_->ebur128, interleaved, frames);
  state_->true_peak.add(interleaved, frames);
}

std::optional<media::Loudness> LoudnessMeter::result() const {
  return state_ ? measure({state_->ebur128}, state_->true_peak.peak()) : std::nullopt;
}

std::optional<media::Loudness> LoudnessMeter::together(const std::vector<LoudnessMeter>& meters) {
  std::vector<ebur128_state*> states;
  double true_peak = 0;
  for (const LoudnessMeter& meter : meters) {
    if (!meter.state_) continue;
    states.push_back(meter.state_->ebur128);
    true_peak = std::max(true_peak, meter.state_->true_peak.peak());
  }
  return measure(std::move(states), true_peak);
}

}  // namespace segue::transcoder
