// SPDX-License-Identifier: Apache-2.0
#include "transcoder/time_jumps.h"

#include <cstdlib>

namespace segue::transcoder {
namespace {

constexpr std::int64_t kFurthestBack = 1'000'000;  // decoding never goes back, but some formats tell times of showing only
constexpr std::int64_t kNear = 1'000'000;

}  // namespace

std::int64_t TimeJumps::shift_of(std::size_t stream, std::int64_t at_us, std::int64_t lasts_us) {
  std::int64_t shift = shift_;
  if (const auto end = ends_.find(stream); end != ends_.end()) {
    const std::int64_t off = at_us + shift_ - end->second;
    if (std::abs(off) > kNear && std::abs(at_us + before_ - end->second) <= kNear) {
      shift = before_;
    } else if (off > longest_hole_ || off < -kFurthestBack) {
      before_ = shift_;
      shift = shift_ -= off;
    }
  }
  ends_[stream] = at_us + shift + lasts_us;
  return shift;
}

}  // namespace segue::transcoder
