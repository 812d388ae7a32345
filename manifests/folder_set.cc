// SPDX-License-Identifier: Apache-2.0
#include "manifests/folder_set.h"

#include "manifests/dash.h"
#include "manifests/hls.h"

namespace segue::manifests {
namespace {

std::string named(const media::Track& track, std::string_view suffix) { return track.rendition.id + std::string(suffix); }

}  // namespace

Result<std::vector<NamedText>> folder_set(const media::Presentation& presentation, const Addressing& where) {
  std::vector<NamedText> set{{"master.m3u8", ""}, {"manifest.mpd", ""}};
  if (auto printed = print_multivariant(presentation, where, {}, set[0].text); !printed) return printed.error();
  if (auto printed = print_mpd(presentation, where, {}, set[1].text); !printed) return printed.error();
  for (const media::Track& track : presentation.tracks) {
    NamedText& playlist = set.emplace_back(NamedText{named(track, kPlaylistSuffix), ""});
    print_media_playlist(presentation, track, where, playlist.text);
    if (track.i_frames.empty()) continue;
    NamedText& i_frames = set.emplace_back(NamedText{named(track, kIFrameSuffix), ""});
    print_i_frame_playlist(presentation, track, where, i_frames.text);
  }
  return set;
}

}  // namespace segue::manifests
