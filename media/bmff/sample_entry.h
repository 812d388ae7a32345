// SPDX-License-Identifier: Apache-2.0
// A sample entry as a whole: the codec, its configuration record and its format, read from and written to a TrackConfig.
//   codec   aac  opus fLaC alac ac-3 ec-3 avc1 hvc1 av01 vp09 wvtt
//   record  esds dOps dfLa alac dac3 dec3 avcC hvcC av1C vpcC vttC
#pragma once

#include <cstdint>
#include <vector>

#include "media/bmff/box.h"
#include "media/track.h"

namespace segue::media::bmff {

// Appends the sample entry box (a child of stsd). The record must be there and short enough for its box.
void write_sample_entry(std::vector<std::uint8_t>& out, const TrackConfig& track);

// Fills codec, config, audio or video of `track`, and average_bps and peak_bps where esds or btrt tell them. avc3 and hev1 are read
// as h264 and hevc. Error: an encrypted or unknown entry, a missing or malformed record.
[[nodiscard]] Result<void> read_sample_entry(const Box& entry, TrackConfig& track);

}  // namespace segue::media::bmff
