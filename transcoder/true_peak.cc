// SPDX-License-Identifier: Apache-2.0
// Loops of a fixed length over plain arrays, which GCC makes vectors of at -O2 (at -O3 it unrolls them first, and they take three times as
// long): a tenth of what libebur128's true peak takes.
#include "transcoder/true_peak.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace segue::transcoder {
namespace {

constexpr std::size_t kLanes = 8;

std::size_t oversampling(std::uint32_t sample_rate) { return sample_rate < 96'000 ? 4 : sample_rate < 192'000 ? 2 : 1; }

// Tap `k` of the value that lies `fraction` of a sample after sample 5 of the 12: a sinc under a Hann window over all of them.
float tap(std::size_t k, double fraction) {
  const double at = static_cast<double>(k) - static_cast<double>(TruePeak::kTaps / 2 - 1) - fraction;
  const double sinc = std::sin(std::numbers::pi * at) / (std::numbers::pi * at);
  return static_cast<float>(sinc * 0.5 * (1 + std::cos(2 * std::numbers::pi * at / static_cast<double>(TruePeak::kTaps))));
}

using Taps = std::array<float, TruePeak::kTaps>;
using Lanes = std::array<float, kLanes>;

void keep_highest(const float* values, Lanes& highest) {
  for (std::size_t lane = 0; lane < kLanes; ++lane) {
    const float value = std::abs(values[lane]);
    highest[lane] = value > highest[lane] ? value : highest[lane];
  }
}

// Of `count` values, each made from the 12 samples that begin at its own place.
void interpolate(const float* sound, std::size_t count, const Taps& taps, Lanes& highest) {
  for (; count >= kLanes; count -= kLanes, sound += kLanes) {
    Lanes values{};
    for (std::size_t k = 0; k < TruePeak::kTaps; ++k) {
      for (std::size_t lane = 0; lane < kLanes; ++lane) values[lane] += taps[k] * sound[k + lane];
    }
    keep_highest(values.data(), highest);
  }
  for (; count > 0; --count, ++sound) {
    Lanes value{};
    for (std::size_t k = 0; k < TruePeak::kTaps; ++k) value[0] += taps[k] * sound[k];
    keep_highest(value.data(), highest);
  }
}

}  // namespace

TruePeak::TruePeak(std::uint32_t sample_rate, std::uint32_t channels) : channels_(channels), sound_(channels) {
  const std::size_t factor = oversampling(sample_rate);
  for (std::size_t phase = 1; phase < factor; ++phase) {
    Phase taps;
    for (std::size_t k = 0; k < kTaps; ++k) taps[k] = tap(k, static_cast<double>(phase) / static_cast<double>(factor));
    phases_.push_back(taps);
  }
  for (auto& channel : sound_) channel.fill(0);
}

void TruePeak::add(const float* interleaved, std::size_t frames) {
  for (std::size_t done = 0; done < frames; done += kBlock) {
    const std::size_t count = std::min(kBlock, frames - done), padded = (count + kLanes - 1) / kLanes;
    for (std::size_t channel = 0; channel < channels_; ++channel) {
      float* sound = sound_[channel].data();
      const float* from = interleaved + done * channels_ + channel;
      for (std::size_t i = 0; i < count; ++i) sound[kHistory + i] = from[i * channels_];
      std::fill(sound + kHistory + count, sound + kHistory + padded * kLanes, 0.0F);
      for (std::size_t i = 0; i < padded; ++i) keep_highest(sound + kHistory + i * kLanes, highest_);
      for (const Phase& taps : phases_) interpolate(sound, count, taps, highest_);
      std::copy(sound + count, sound + count + kHistory, sound);
    }
  }
}

double TruePeak::peak() const { return *std::max_element(highest_.begin(), highest_.end()); }

}  // namespace segue::transcoder
