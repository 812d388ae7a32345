// SPDX-License-Identifier: Apache-2.0
// What manifests print: renditions with their segments, on one clock. Made from asset.json and the heads of the track
// files (ftyp moov sidx), or, in manifests/, from somebody's playlists.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "media/asset.h"
#include "media/result.h"
#include "media/segment.h"

namespace segue::media {

// For I-frame playlists: bytes from the start of a segment to the end of its first picture, one for each segment (ssix, 14496-12 8.16.4).
using IFrameSizes = std::vector<std::uint32_t>;

struct Track {
  Rendition rendition;
  SegmentIndex segments;                            // an album's: through all its files, pre-rolls left out
  std::vector<Ticks> file_starts;                   // an album's: of each file, its own time at its first segment here
  IFrameSizes i_frames;                             // video only
  std::uint64_t init_bytes = 0;                     // ftyp + moov, from the file's first byte
  std::uint64_t index_offset = 0, index_bytes = 0;  // the sidx (and ssix after it), for DASH on-demand
};

struct Presentation {
  std::string asset;
  std::uint32_t generation = 1;
  Rational duration{0, 1};  // exact programme length in seconds
  std::string title;
  std::vector<Track> tracks;
};

// What asset.json says of a rendition and what the head of its file says, as one track: names, language, bandwidths and durations
// from `rendition`, bytes and times from `head` (parse_track_head). Error: they are not of the same track.
[[nodiscard]] Result<Track> make_track(const Rendition& rendition, Track head);

// A rendition of an album: `parts` are that rendition's tracks (make_track) in playing order. The first is taken whole, of each further
// one the pre-roll is left out, and times go on from the part before; segments of part k have file == k. Bandwidths are computed
// anew. Error: the parts differ in codec or timescale, or one has no segment.
[[nodiscard]] Result<Track> make_album_track(const Rendition& rendition, std::span<const Track* const> parts);

// The target duration that all playlists of sound and pictures in a presentation share (Apple 8.2), seconds; at least 1.
[[nodiscard]] std::uint32_t shared_target(std::span<const Track> tracks) noexcept;

// Peak bandwidths are of sets of segments that last about a target duration (RFC 8216bis 4.1): with the shared one, which only all
// tracks together tell, they may be others than a track's own. Subtitles keep theirs.
void settle_peaks(std::span<Track> tracks) noexcept;

// `tracks` in the order of asset.renditions.
[[nodiscard]] Presentation make_presentation(const Asset& asset, std::vector<Track> tracks);

}  // namespace segue::media
