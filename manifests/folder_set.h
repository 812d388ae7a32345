// SPDX-License-Identifier: Apache-2.0
// The static set: the manifests that lie beside an asset's track files, so that any plain web server plays the folder.
#pragma once

#include <string>
#include <vector>

#include "manifests/addressing.h"

namespace segue::manifests {

struct NamedText {
  std::string name;  // in the generation's folder
  std::string text;
};

// master.m3u8, manifest.mpd, and for each track its media playlist and, where it has i_frames, its I-frame playlist.
// `where` of form folder. Error: nothing to play.
[[nodiscard]] Result<std::vector<NamedText>> folder_set(const media::Presentation& presentation, const Addressing& where);

}  // namespace segue::manifests
