// SPDX-License-Identifier: Apache-2.0
// Tracks as AdaptationSets and Representations, but for where their segments are: alike in every form of MPD.
#pragma once

#include <cstdint>
#include <vector>

#include "manifests/dash_mpd.h"
#include "manifests/filter.h"

namespace segue::manifests {

// How a player finds segments: through the file's own index (SegmentBase), or told one by one.
enum class Access { index, segments };

// Levels that a player may switch between, ascending, together.
[[nodiscard]] std::vector<TrackList> sets_of(const TrackList& tracks);
[[nodiscard]] dash::AdaptationSet set_of(const media::Track& first, Access access, bool any_sdr);
[[nodiscard]] dash::Representation representation_of(const media::Track& track);
[[nodiscard]] bool one_timeline(const media::Track& a, const media::Track& b);

// Where the presentation of these tracks ends on the clock, microseconds.
[[nodiscard]] std::int64_t end_us_of(const media::Presentation& presentation, const TrackList& tracks);

}  // namespace segue::manifests
