// SPDX-License-Identifier: Apache-2.0
// What is served: one song and one film, the same bytes as plain files, and many assets that are hard links to the song.
#pragma once

#include <string>

namespace segue::bench {

// The id of the i-th of many assets; bench/origin/load.lua spells them alike.
[[nodiscard]] std::string id_of(int i);

struct Content {
  std::string store, plain;  // folders
  int song_segments = 0;     // asset id_of(0), rendition aac-128, 62 KB each but for the first few
  int film_segments = 0;     // asset "film...", rendition h264-1080, 2.6 MB each but for the first few
  std::string film;          // its id
};

// Makes it below `folder`, with `assets` songs, or finds it there from a run before.
[[nodiscard]] Content make_content(const std::string& folder, int assets);

}  // namespace segue::bench
