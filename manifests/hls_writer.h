// SPDX-License-Identifier: Apache-2.0
// The two playlists as text: every tag is printed here and nowhere else. All functions append to `out`.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "manifests/hls_playlist.h"

namespace segue::manifests::hls {

void write(const MultivariantPlaylist& playlist, std::string& out);
void write(const MediaPlaylist& playlist, std::string& out);

// A media playlist line by line, for who has the segments in another form than MediaPlaylist (the origin prints straight from the index).
struct MediaPlaylistHead {
  std::uint32_t version = 6;
  std::int64_t target_seconds = 0;
  std::uint64_t first_number = 0;
  PlaylistType type = PlaylistType::vod;
  bool independent_segments = true, i_frames_only = false;
};
void write_head(const MediaPlaylistHead& head, std::string& out);
void write_init(std::string_view uri, const ByteRange* range, std::string& out);
void write_discontinuity(std::string& out);
void write_segment(std::int64_t duration_us, const ByteRange* range, std::string_view uri, std::string& out);
void write_end(std::string& out);

}  // namespace segue::manifests::hls
