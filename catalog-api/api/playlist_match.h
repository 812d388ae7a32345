// SPDX-License-Identifier: Apache-2.0
// Which track of the library an entry of a playlist file means. Tried in this order, the first that is sure wins:
//   asset        the address is one of ours
//   musicbrainz  the recording's id
//   isrc         its code
//   path         the name of the file, where only one track was made from such a file, or folder and length tell it apart
//   names        artist and title, and the length where both say one (within 5 s); the album decides between equals
//   near         the same without what stands in brackets ("(Remastered 2011)"), the length being known and within 3 s
// What is only similar is no match: a wrong song in a list is worse than a gap in a report.
#pragma once

#include <optional>

#include "catalog-api/api/library_tracks.h"
#include "catalog-api/library/read.h"
#include "catalog-api/playlist_files/file_list.h"
#include "catalog-api/search/searcher.h"

namespace segue::api {

// The first four, which the library tells.
[[nodiscard]] Result<std::optional<TrackMatch>> match_alone(library::Reader& library, const playlist_files::FileEntry& entry);
// For the others: what to ask the search, which may be in another process; nullopt: the entry has no names. And what its answer means.
[[nodiscard]] std::optional<search::Lookup> names_to_find(const library::View& view, const playlist_files::FileEntry& entry);
[[nodiscard]] Result<std::optional<TrackMatch>> match_found(library::Reader& library, const playlist_files::FileEntry& entry,
                                                            const search::Ids& ids);

}  // namespace segue::api
