// SPDX-License-Identifier: Apache-2.0
// What the address of a file tells when its entry says nothing: ".../Artist/Album/03 - Title.flac". Pure.
#pragma once

#include <string>
#include <string_view>

#include "catalog-api/playlist_files/file_list.h"

namespace segue::playlist_files {

struct PathNames {
  std::string file;            // "03 - Title.flac", percent-decoded where it was a URI
  std::string folder, parent;  // "Album", "Artist"; empty: the address has none
  std::string title, artist;   // of the file's name, track number taken off; artist only from "Artist - Title"
};
[[nodiscard]] PathNames names_of(std::string_view location);

// The asset that one of our own addresses names (".../v/<asset>/master.m3u8"); empty: none.
[[nodiscard]] std::string asset_of(std::string_view location);

}  // namespace segue::playlist_files
