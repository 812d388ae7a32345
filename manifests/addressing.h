// SPDX-License-Identifier: Apache-2.0
// Where a manifest says that things are. All URLs are relative, so an asset may be moved or served below any prefix.
//              multivariant playlist, MPD     media playlist            init segment              segment
//   origin     /v/<asset>/                    g<gen>/<rendition>.m3u8   <rendition>/init.mp4      <rendition>/<number>.m4s (from 1)
//   folder     the generation's own folder    <rendition>.m3u8          a byte range of <file>    a byte range of <file>
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "media/presentation.h"

namespace segue::manifests {

inline constexpr std::string_view kPlaylistSuffix = ".m3u8";
inline constexpr std::string_view kIFrameSuffix = ".iframes.m3u8";  // a point is in no rendition's id: never mistaken for one
inline constexpr std::string_view kInitName = "init.mp4";
inline constexpr std::string_view kSegmentSuffix = ".m4s";
inline constexpr std::string_view kPlainTextSuffix = ".vtt";  // beside the playlist, in both forms
inline constexpr std::uint64_t kFirstSegmentNumber = 1;

struct Addressing {
  enum class Form { origin, folder };
  Form form = Form::origin;
  // Form folder, albums: where file n of a track's segments lies ("../../<asset>/g1/"), ending with '/'. Empty: all in the manifest's own
  // folder.
  std::vector<std::string> folders;
  // What stands before and behind each playlist's address in a multivariant playlist that lies elsewhere, or wants a token.
  std::string base = {}, query = {};
};

// Append a URL as the manifest that names it must write it.
void append_playlist_url(std::string& out, const media::Presentation& presentation, const Addressing& where, std::string_view rendition_id,
                         std::string_view suffix);  // in a multivariant playlist
void append_file_url(std::string& out, const Addressing& where, const media::Rendition& rendition, std::uint32_t file);  // form folder

}  // namespace segue::manifests
