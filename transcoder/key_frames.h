// SPDX-License-Identifier: Apache-2.0
// Which pictures must be key frames: the first of each segment on the common grid, and one every two seconds inside a segment, for seeking
// and trick play. Each instant takes the picture nearest to it, so that every rendition, of every frame rate, agrees to half a picture.
#pragma once

#include <cstdint>

#include "media/grid.h"

namespace segue::transcoder {

class KeyFrames {
 public:
  KeyFrames(media::Grid grid, media::Rational frame_rate) : grid_(grid), rate_(frame_rate) {}

  // Asked for each picture in turn, from 0 on.
  [[nodiscard]] bool is_key(std::int64_t picture);
  // The next picture that is_key() will say yes to.
  [[nodiscard]] std::int64_t next() const { return next_picture_; }
  // No two key frames are further apart than this.
  [[nodiscard]] std::int64_t longest_distance() const;

 private:
  [[nodiscard]] std::int64_t picture_at(std::int64_t seconds) const;

  media::Grid grid_;
  media::Rational rate_;
  std::int64_t next_seconds_ = 0, next_picture_ = 0, segment_ = 0;
};

}  // namespace segue::transcoder
