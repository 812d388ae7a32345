// SPDX-License-Identifier: Apache-2.0
// The rules of one media playlist: its text, its durations, what its segments are against what it says.
#pragma once

#include <string>
#include <string_view>

#include "manifests/hls_playlist.h"
#include "validator/rendition.h"

namespace segue::validator {

// Both kinds of playlist, from the text alone.
void judge_playlist_text(std::string_view text, const std::string& where, Findings& findings);

void judge_media_playlist(const manifests::hls::MediaPlaylist& playlist, const std::string& where, Findings& findings);
// Without init_address where no EXT-X-MAP stands (MPEG-TS, packed audio, WebVTT). nothing: no segment.
[[nodiscard]] std::optional<RenditionRefs> refs_of(const manifests::hls::MediaPlaylist& playlist, const std::string& address);
// EXTINF against the media.
void judge_durations(const Rendition& rendition, Findings& findings);
// Discontinuities that are none.
void judge_discontinuities(const manifests::hls::MediaPlaylist& playlist, const Rendition& rendition, Findings& findings);
// An I-frame playlist against the segments of the video that it goes with.
void judge_i_frames(const manifests::hls::MediaPlaylist& playlist, const Rendition& video, const std::string& where, Findings& findings);

}  // namespace segue::validator
