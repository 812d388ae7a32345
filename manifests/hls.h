// SPDX-License-Identifier: Apache-2.0
// A Presentation as HLS (RFC 8216bis, Apple's authoring specification). docs/formats/hls.md says why the playlists look as they do.
// Every function appends to `out`. Nothing but `out` grows with the asset's length.
#pragma once

#include <string>
#include <string_view>

#include "manifests/addressing.h"
#include "manifests/filter.h"

namespace segue::manifests {

// Error: the filter leaves nothing to play; `out` is as it was.
[[nodiscard]] Result<void> print_multivariant(const media::Presentation& presentation, const Addressing& where, const Filter& filter,
                                              std::string& out);

// `track` is one of the presentation's.
void print_media_playlist(const media::Presentation& presentation, const media::Track& track, const Addressing& where, std::string& out);
// Only for a track with i_frames.
void print_i_frame_playlist(const media::Presentation& presentation, const media::Track& track, const Addressing& where, std::string& out);

// EXT-X-TARGETDURATION of all sound and video playlists of a presentation (Apple 8.2: one value); text has its own.
[[nodiscard]] std::uint32_t target_seconds(const media::Presentation& presentation, const media::Track& track) noexcept;

}  // namespace segue::manifests
