// SPDX-License-Identifier: Apache-2.0
// A recording's clock may start anew or leap: a disc's title in parts, transport streams cut and joined, a tuner that lost its channel.
// All streams leap together, so what has to be added to the times that follow is one number; each stream notices by its own times. Between
// the first stream's leap and the others' come packets of before it, which take what was added then.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>

namespace segue::transcoder {

class TimeJumps {
 public:
  // A hole of more than that is a leap.
  explicit TimeJumps(std::chrono::microseconds longest_hole) : longest_hole_(longest_hole.count()) {}

  // Microseconds to add to the times of a packet that is decoded at `at_us` for `lasts_us` (0: not known), in the order of the file.
  std::int64_t shift_of(std::size_t stream, std::int64_t at_us, std::int64_t lasts_us);
  // Of streams that are too sparse to notice a leap themselves: what was found last.
  [[nodiscard]] std::int64_t shift() const { return shift_; }

 private:
  const std::int64_t longest_hole_;
  std::int64_t shift_ = 0, before_ = 0;
  std::map<std::size_t, std::int64_t> ends_;  // of each stream's last packet
};

}  // namespace segue::transcoder
