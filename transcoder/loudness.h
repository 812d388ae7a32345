// SPDX-License-Identifier: Apache-2.0
// EBU R128 (ITU-R BS.1770-4) of a programme and of all programmes of a run together. Only home of libebur128, whose own true peak takes
// four times as long as everything else that it measures: that is true_peak.h's.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "media/track.h"

namespace segue::transcoder {

class LoudnessMeter {
 public:
  LoudnessMeter(std::uint32_t sample_rate, std::uint32_t channels, std::uint64_t channel_mask);
  ~LoudnessMeter();
  LoudnessMeter(LoudnessMeter&&) noexcept;
  LoudnessMeter& operator=(LoudnessMeter&&) noexcept;

  void add(const float* interleaved, std::size_t frames);
  // Nothing when there was no sound above the gate (-70 LUFS): silence has no loudness.
  [[nodiscard]] std::optional<media::Loudness> result() const;
  // Of several programmes as one.
  [[nodiscard]] static std::optional<media::Loudness> together(const std::vector<LoudnessMeter>& meters);

 private:
  struct State;  // libebur128's
  std::unique_ptr<State> state_;
};

}  // namespace segue::transcoder
