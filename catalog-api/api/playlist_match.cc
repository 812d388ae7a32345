// SPDX-License-Identifier: Apache-2.0
#include "catalog-api/api/playlist_match.h"

#include <algorithm>
#include <cmath>

#include "catalog-api/library/names.h"
#include "catalog-api/playlist_files/guess.h"

namespace segue::api {
namespace {

using library::name_key;
using library::Track;
using playlist_files::FileEntry;

constexpr double kSameSeconds = 5, kNearSeconds = 3;
constexpr std::size_t kCandidates = 20;  // of a search

double seconds_of(const FileEntry& entry) { return static_cast<double>(entry.duration_ms) / 1000; }

// Unknown lengths contradict nothing.
bool fits_length(const Track& track, const FileEntry& entry, double within) {
  return entry.duration_ms == 0 || track.seconds <= 0 || std::abs(track.seconds - seconds_of(entry)) <= within;
}

bool is_by(const Track& track, const std::string& artist_key) {
  return std::any_of(track.people.begin(), track.people.end(),
                     [&](const library::Person& person) { return name_key(person.name) == artist_key; });
}

// "A feat. B" is by A, and by B.
bool is_by(const Track& track, const FileEntry& entry) {
  const auto names = library::split_artists({entry.creator});
  return is_by(track, name_key(entry.creator)) || std::any_of(names.begin(), names.end(), [&](const library::ArtistName& one) {
           return !one.is_guest && is_by(track, name_key(one.name));
         });
}

// Without "(…)" and "[…]", whatever stands in them.
std::string without_brackets(std::string_view title) {
  std::string out;
  int depth = 0;
  for (const char c : title) {
    if (c == '(' || c == '[') ++depth;
    if (depth == 0) out += c;
    if ((c == ')' || c == ']') && depth > 0) --depth;
  }
  return name_key(out);
}

// The best of several that all fit: of the same album, of the nearest length.
const Track* best_of(const std::vector<const Track*>& tracks, const FileEntry& entry) {
  const std::string album = name_key(entry.album);
  const auto key = [&](const Track* track) {
    const bool other_album = !album.empty() && name_key(track->album_title) != album;
    return std::pair(other_album, entry.duration_ms == 0 ? 0.0 : std::abs(track->seconds - seconds_of(entry)));
  };
  const auto best = std::min_element(tracks.begin(), tracks.end(), [&](const Track* a, const Track* b) { return key(a) < key(b); });
  return best == tracks.end() ? nullptr : *best;
}

template <class Fits>
const Track* best_where(const std::vector<Track>& tracks, const FileEntry& entry, Fits fits) {
  std::vector<const Track*> fitting;
  for (const Track& track : tracks)
    if (fits(track)) fitting.push_back(&track);
  return best_of(fitting, entry);
}

// By the file's name: alone it must be the only one and not another title; where there are several, the folders must tell.
const Track* by_file(const std::vector<Track>& tracks, const FileEntry& entry, const playlist_files::PathNames& path) {
  const std::string title = name_key(entry.title), folder = name_key(path.folder), parent = name_key(path.parent);
  const auto fits = [&](const Track& track) {
    if (!fits_length(track, entry, kSameSeconds)) return false;
    if (!title.empty() && name_key(track.title) != title) return false;
    return tracks.size() == 1 || (!folder.empty() && name_key(track.album_title) == folder && (parent.empty() || is_by(track, parent))) ||
           !title.empty();
  };
  std::vector<const Track*> fitting;
  for (const Track& track : tracks)
    if (fits(track)) fitting.push_back(&track);
  return fitting.size() == 1 ? fitting.front() : nullptr;
}

// What the file says, completed by what its address tells.
FileEntry completed(const FileEntry& entry, const playlist_files::PathNames& path) {
  FileEntry full = entry;
  if (full.title.empty()) {
    full.title = path.title;
    if (full.creator.empty()) full.creator = path.artist.empty() ? path.parent : path.artist;
    if (full.album.empty()) full.album = path.folder;
  }
  return full;
}

std::optional<TrackMatch> found(const Track& track, std::string_view by) { return TrackMatch{track.id, std::string(by)}; }

}  // namespace

Result<std::optional<TrackMatch>> match_alone(library::Reader& library, const FileEntry& entry) {
  if (const std::string id = playlist_files::asset_of(entry.location); !id.empty()) {
    auto track = library::track(library, id);
    if (!track) return std::move(track).error();
    if (*track) return found(**track, "asset");
  }
  for (const auto& [handle, value, by] : {std::tuple(library::Handle::musicbrainz, &entry.musicbrainz, "musicbrainz"),
                                          std::tuple(library::Handle::isrc, &entry.isrc, "isrc")}) {
    if (value->empty()) continue;
    auto tracks = library::tracks_by_handle(library, handle, *value);
    if (!tracks) return std::move(tracks).error();
    if (const Track* best = best_where(*tracks, entry, [](const Track&) { return true; })) return found(*best, by);
  }
  const auto path = playlist_files::names_of(entry.location);
  if (path.file.empty()) return std::optional<TrackMatch>();
  auto tracks = library::tracks_by_handle(library, library::Handle::file, path.file);
  if (!tracks) return std::move(tracks).error();
  const Track* only = by_file(*tracks, entry, path);
  return only == nullptr ? std::optional<TrackMatch>() : found(*only, "path");
}

std::optional<search::Lookup> names_to_find(const library::View& view, const FileEntry& entry) {
  const FileEntry full = completed(entry, playlist_files::names_of(entry.location));
  if (full.title.empty() || full.creator.empty()) return std::nullopt;
  return search::Lookup{full.creator + ' ' + full.title, search::Kind::track, view.libraries, kCandidates};
}

Result<std::optional<TrackMatch>> match_found(library::Reader& library, const FileEntry& entry, const search::Ids& ids) {
  auto tracks = library::tracks_by_id(library, ids);
  if (!tracks) return std::move(tracks).error();
  const FileEntry full = completed(entry, playlist_files::names_of(entry.location));
  const std::string title = name_key(full.title), bare = without_brackets(full.title);
  const auto same = [&](const Track& track) {
    return name_key(track.title) == title && is_by(track, full) && fits_length(track, full, kSameSeconds);
  };
  if (const Track* best = best_where(*tracks, full, same)) return found(*best, "names");
  const auto near = [&](const Track& track) {
    return full.duration_ms > 0 && !bare.empty() && without_brackets(track.title) == bare && is_by(track, full) &&
           fits_length(track, full, kNearSeconds);
  };
  if (const Track* best = best_where(*tracks, full, near)) return found(*best, "near");
  return std::optional<TrackMatch>();
}

}  // namespace segue::api
