// SPDX-License-Identifier: Apache-2.0
// One encoded access unit on its way from an encoder (or a demuxer) to a packager.
#pragma once

#include <cstdint>
#include <functional>
#include <span>

#include "media/result.h"
#include "media/time.h"

namespace segue::media {

// Times in ticks of the track's timescale. dts never decreases within a track and dts[n+1] = dts[n] + duration[n].
// The bytes are borrowed: a sink that keeps them copies them. Video in length-prefixed (avcC/hvcC) form, AV1 as low-overhead OBUs
// without temporal delimiters, AAC without ADTS headers.
struct Sample {
  Ticks dts = 0;
  Ticks pts = 0;
  std::uint32_t duration = 0;
  bool sync = true;
  std::span<const std::uint8_t> data;
};

}  // namespace segue::media
