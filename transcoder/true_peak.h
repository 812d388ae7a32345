// SPDX-License-Identifier: Apache-2.0
// True peak (ITU-R BS.1770-4 annex 2): the highest value of the sound between its samples as well, found at 4 times the sample rate (from
// 96 kHz on at twice, from 192 kHz on at the samples themselves). The interpolation is a windowed sinc whose phase 0 is the
// sample itself; of the others each has 12 taps.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace segue::transcoder {

class TruePeak {
 public:
  TruePeak(std::uint32_t sample_rate, std::uint32_t channels);
  void add(const float* interleaved, std::size_t frames);
  // As an amplitude: 1 is full scale. The last 6 samples count as they are, without what would lie between them.
  [[nodiscard]] double peak() const;

  static constexpr std::size_t kTaps = 12;

 private:
  static constexpr std::size_t kBlock = 512, kHistory = kTaps - 1;
  using Phase = std::array<float, kTaps>;

  std::size_t channels_;
  std::vector<Phase> phases_;  // between two samples, in order
  // Of each channel: the last block's end, then room for a block.
  std::vector<std::array<float, kHistory + kBlock>> sound_;
  std::array<float, 8> highest_{};  // of every eighth value
};

}  // namespace segue::transcoder
