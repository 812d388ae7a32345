// SPDX-License-Identifier: Apache-2.0
#include "catalog-api/api/local_tracks.h"

#include <algorithm>
#include <cmath>
#include <iterator>

#include "catalog-api/api/playlist_match.h"
#include "catalog-api/library/read.h"

namespace segue::api {

using playlist_files::FileEntry;

namespace {

constexpr std::size_t kMatchedAtOnce = 50;

}  // namespace

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
  std::vector<std::optional<TrackMatch>> matches;
  std::span<const FileEntry> left(entries);
  while (!left.empty()) {
    const auto some = left.first(std::min(left.size(), kMatchedAtOnce));
    left = left.subspan(some.size());
    auto matched = match_some(view, some);
    if (!matched) return std::move(matched).error();
    std::move(matched->begin(), matched->end(), std::back_inserter(matches));
  }
  return matches;
}

// The search is asked once for all of them, and no connection is held while it is waited for.
Result<std::vector<std::optional<TrackMatch>>> LocalTracks::match_some(const library::View& view, std::span<const FileEntry> entries) {
  std::vector<std::optional<TrackMatch>> matches;
  std::vector<std::size_t> sought;
  std::vector<search::Lookup> lookups;
  if (auto reader = library::Readers(library_, view).borrow(); !reader) {
    return std::move(reader).error();
  } else {
    for (const FileEntry& entry : entries) {
      auto match = match_alone(**reader, entry);
      if (!match) return std::move(match).error();
      matches.push_back(std::move(*match));
      if (matches.back()) continue;
      if (auto lookup = names_to_find(view, entry)) sought.push_back(matches.size() - 1), lookups.push_back(std::move(*lookup));
    }
  }
  if (lookups.empty()) return matches;
  const auto found = searcher_.find(lookups);
  if (!found) return found.error();
  auto reader = library::Readers(library_, view).borrow();
  if (!reader) return std::move(reader).error();
  for (std::size_t i = 0; i < sought.size(); ++i) {
    auto match = match_found(**reader, entries[sought[i]], (*found)[i]);
    if (!match) return std::move(match).error();
    matches[sought[i]] = std::move(*match);
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
