// SPDX-License-Identifier: Apache-2.0
// A Presentation as DASH (ISO/IEC 23009-1, DASH-IF IOP): SegmentTemplate with SegmentTimeline and $Number$ for the origin, on-demand
// SegmentBase for the folder (SegmentList where a track runs through several files). docs/formats/dash.md says why.
#pragma once

#include <string>

#include "manifests/addressing.h"
#include "manifests/filter.h"

namespace segue::manifests {

// Appends to `out`; nothing else grows with the asset's length in form origin. Error: the filter leaves nothing to play; `out` is as it
// was.
[[nodiscard]] Result<void> print_mpd(const media::Presentation& presentation, const Addressing& where, const Filter& filter,
                                     std::string& out);

}  // namespace segue::manifests
