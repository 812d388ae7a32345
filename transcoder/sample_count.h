// SPDX-License-Identifier: Apache-2.0
// How many samples of a source have passed, counted at one rate though the source's own may change on its way (chained streams, a station
// that switches). Each stretch of one rate is rounded once, as a Converter rounds it, so that counts agree with what comes out.
#pragma once

#include <cstdint>

#include "media/time.h"

namespace segue::transcoder {

class SampleCount {
 public:
  explicit SampleCount(std::int64_t rate = 1) : rate_(rate), stretch_rate_(rate) {}

  void add(std::int64_t samples, std::int64_t rate) {
    if (rate != stretch_rate_) {
      before_ = total();
      stretch_ = 0;
      stretch_rate_ = rate;
    }
    stretch_ += samples;
  }
  [[nodiscard]] std::int64_t total() const { return before_ + media::rescale(stretch_, stretch_rate_, rate_); }
  [[nodiscard]] std::int64_t rate() const { return rate_; }
  [[nodiscard]] media::Rational seconds() const { return {total(), rate_}; }

 private:
  std::int64_t rate_, stretch_rate_;
  std::int64_t before_ = 0, stretch_ = 0;
};

}  // namespace segue::transcoder
