// SPDX-License-Identifier: Apache-2.0
#include "transcoder/true_peak.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "tests/catch.h"

using segue::transcoder::TruePeak;

namespace {

std::vector<float> tone(double hz, double phase, double amplitude, std::uint32_t rate, std::size_t frames, std::size_t channels) {
  std::vector<float> sound(frames * channels, 0);
  for (std::size_t i = 0; i < frames; ++i) {
    const double fade = std::min({1.0, static_cast<double>(i) / 1000, static_cast<double>(frames - i) / 1000});
    const double angle = 2 * std::numbers::pi * hz * static_cast<double>(i) / rate + phase;
    sound[i * channels + channels - 1] = static_cast<float>(fade * amplitude * std::sin(angle));
  }
  return sound;
}

double decibels(double amplitude) { return 20 * std::log10(amplitude); }

}  // namespace

TEST_CASE("the peak between the samples is found (EBU Tech 3341, cases 15 to 18: -6 dBTP, within +0.2 and -0.4 dB)") {
  struct Case {
    double divisor, degrees;  // of the sample rate; where the first sample lies
  };
  for (const std::uint32_t rate : {44100u, 48000u, 96000u}) {
    for (const Case& at : {Case{4, 0}, {4, 45}, {6, 60}, {8, 67.5}}) {
      INFO(rate << " Hz / " << at.divisor << " at " << at.degrees << " degrees");
      TruePeak meter(rate, 2);
      const auto sound = tone(rate / at.divisor, at.degrees * std::numbers::pi / 180, 0.5, rate, 5000, 2);
      meter.add(sound.data(), 5000);
      CHECK(decibels(meter.peak()) < decibels(0.5) + 0.2);
      CHECK(decibels(meter.peak()) > decibels(0.5) - 0.4);
    }
  }
}

TEST_CASE("sound that comes in pieces of any size has the peak of the whole") {
  const auto sound = tone(11025, 0.7854, 1, 44100, 4001, 1);
  TruePeak whole(44100, 1);
  whole.add(sound.data(), sound.size());
  CHECK(whole.peak() > 0.98);
  for (const std::size_t piece : {1u, 7u, 8u, 511u, 512u, 513u, 3000u}) {
    TruePeak parts(44100, 1);
    for (std::size_t at = 0; at < sound.size(); at += piece) parts.add(sound.data() + at, std::min(piece, sound.size() - at));
    CHECK(parts.peak() == Approx(whole.peak()));
  }
}

TEST_CASE("a single sample is a peak, also the last one; silence has none") {
  std::vector<float> sound(100, 0);
  TruePeak silent(48000, 1);
  silent.add(sound.data(), sound.size());
  CHECK(silent.peak() == 0);
  sound.back() = -0.5F;
  TruePeak meter(48000, 1);
  meter.add(sound.data(), sound.size());
  CHECK(meter.peak() == Approx(0.5));
  CHECK(TruePeak(192000, 2).peak() == 0);
}
