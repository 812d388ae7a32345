// SPDX-License-Identifier: Apache-2.0
// The rules of a multivariant playlist: alone, and against the renditions that it names.
#pragma once

#include <functional>
#include <string>

#include "manifests/hls_playlist.h"
#include "validator/rendition.h"

namespace segue::validator {

void judge_multivariant(const manifests::hls::MultivariantPlaylist& playlist, const std::string& where, Findings& findings);

struct LoadedPlaylist {
  manifests::hls::MediaPlaylist playlist;
  Rendition rendition;
  bool is_dated = false;  // has EXT-X-PROGRAM-DATE-TIME
};
// A playlist by the URI that the multivariant playlist has for it; nullptr: not loaded.
using PlaylistLookup = std::function<const LoadedPlaylist*(const std::string& uri)>;

void judge_variants(const manifests::hls::MultivariantPlaylist& playlist, const PlaylistLookup& find, const std::string& where,
                    Findings& findings);

}  // namespace segue::validator
