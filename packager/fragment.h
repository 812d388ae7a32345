// SPDX-License-Identifier: Apache-2.0
// One movie fragment: the moof and the header of the mdat after it. CMAF 7.5: one traf, moof-relative addressing, tfdt version 1,
// trun version 1 with signed composition offsets, so that video needs no edit list.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "media/bmff/fragment_boxes.h"

namespace segue::packager {

struct FragmentPlan {
  std::uint32_t sequence = 1;                        // mfhd, from 1 on
  std::uint64_t decode_time = 0;                     // tfdt
  std::uint32_t default_duration = 0;                // trex
  bool sync_only = true;                             // trex: every sample is a sync sample (audio, text)
  std::uint32_t roll_grouping = 0;                   // 'roll' or 'prol': all samples are of its first entry; 0: none
  std::span<const media::bmff::TrunSample> samples;  // not empty; flags as kSyncSample or kNonSyncSample; composition offset = pts - dts
};

// Appends moof and mdat header to `out`; the samples' bytes follow as they are. Returns the bytes of the samples.
std::uint64_t write_fragment_head(std::vector<std::uint8_t>& out, const FragmentPlan& plan);

}  // namespace segue::packager
