// SPDX-License-Identifier: Apache-2.0
#include "catalog-api/api/local_tracks.h"

#include <cmath>

#include "catalog-api/api/playlist_match.h"
#include "catalog-api/library/read.h"

namespace segue::api {

using playlist_files::FileEntry;

Result<LibraryTracks::Ids> LocalTracks::seen(const library::View& view, const Ids& ids) {
  auto reader = library::Readers(library_, view).borrow();
  if (!reader) return std::move(reader).error();
  auto found = library::seen(**reader, ids);
  if (!found) return std::move(found).error();
  return Ids(found->begin(), found->end());
}

Result<std::vector<FileEntry>> LocalTracks::entries(const library::View& view, const Ids& ids) {
  auto reader = library::Readers(library_, view).borrow();
  if (!reader) return std::move(reader).error();
  auto tracks = library::tracks_by_id(**reader, ids);
  if (!tracks) return std::move(tracks).error();
  std::vector<FileEntry> entries;
  for (const library::Track& track : *tracks) {
    auto isrc = library::isrc(**reader, track.row);
    if (!isrc) return std::move(isrc).error();
    std::string artists;
    for (const auto& person : track.people)
      if (person.role == "main" || person.role == "guest") artists += (artists.empty() ? "" : "; ") + person.name;
    entries.push_back(
        {track.id, track.title, artists, track.album_title, track.musicbrainz, std::move(*isrc), std::llround(track.seconds * 1000)});
  }
  return entries;
}

Result<std::vector<std::optional<TrackMatch>>> LocalTracks::match(const library::View& view, const std::vector<FileEntry>& entries) {
  auto reader = library::Readers(library_, view).borrow();
  if (!reader) return std::move(reader).error();
  std::vector<std::optional<TrackMatch>> matches;
  for (const FileEntry& entry : entries) {
    auto match = match_entry(**reader, searcher_, entry);
    if (!match) return std::move(match).error();
    matches.push_back(std::move(*match));
  }
  return matches;
}

Result<std::vector<LibraryTracks::Ids>> LocalTracks::chosen(const std::vector<SmartList>& lists) {
  std::vector<Ids> all;
  for (const SmartList& list : lists) {
    auto tracks = smart_.tracks(list);
    if (!tracks) return std::move(tracks).error();
    all.push_back(std::move(*tracks));
  }
  return all;
}

}  // namespace segue::api
