// SPDX-License-Identifier: Apache-2.0
// The library's nouns as the protocol's: Child, AlbumID3, ArtistID3, with the caller's stars, ratings and plays.
#pragma once

#include <string_view>
#include <vector>

#include "catalog-api/opensubsonic/call.h"

namespace segue::opensubsonic {

// Error: of the database that has the marks.
[[nodiscard]] Result<std::vector<Node>> songs(const Call& call, const std::vector<library::Track>& tracks);
[[nodiscard]] Result<std::vector<Node>> albums(const Call& call, const std::vector<library::Album>& albums);
[[nodiscard]] Result<std::vector<Node>> artists(const Call& call, const std::vector<library::Artist>& artists);

// What getCoverArt is to be asked for; empty: the song has no picture, nor has its album.
[[nodiscard]] std::string cover_of(const library::Track& track);

// {NAME: {"song": […]}}.
[[nodiscard]] Reply song_list(const Call& call, const char* name, Result<std::vector<library::Track>> tracks);

// An album as the older calls have it: a folder.
[[nodiscard]] Result<std::vector<Node>> album_folders(const Call& call, const std::vector<library::Album>& albums);

// "#" or the first letter in upper case: the heading of an index.
[[nodiscard]] std::string heading_of(const library::Artist& artist);

}  // namespace segue::opensubsonic
