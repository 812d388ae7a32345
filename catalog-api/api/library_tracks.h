// SPDX-License-Identifier: Apache-2.0
// What playlists ask of the library: which tracks a reader sees, what a file says of them, which ones a file of another program means, and
// which ones the rules of smart lists choose. Two forms: LocalTracks (the library's database is here) and RemoteTracks (another process has
// it). Each takes as many as there are at once.
// Any thread. An Error: the library, or whom it asks (accounts, the search), does not answer.
#pragma once

#include <optional>
#include <string>
#include <unordered_set>
#include <vector>

#include "catalog-api/library/view.h"
#include "catalog-api/playlist_files/file_list.h"
#include "media/result.h"

namespace segue::api {

struct TrackMatch {
  std::string asset;
  std::string by;  // how it was told: playlist_match.h
  bool operator==(const TrackMatch&) const = default;
};

struct SmartList {
  std::string id, hash;  // of the playlist's revision
  std::string owner;     // whose view and whose marks
  std::string rules;
};

class LibraryTracks {
 public:
  using Ids = std::vector<std::string>;
  virtual ~LibraryTracks() = default;

  // Those of `ids` that are tracks and in the view. Of none: whether the library answers.
  [[nodiscard]] virtual Result<Ids> seen(const library::View& view, const Ids& ids) = 0;
  // Of those that are: what a playlist file says, in order; the track's id in place of a location.
  [[nodiscard]] virtual Result<std::vector<playlist_files::FileEntry>> entries(const library::View& view, const Ids& ids) = 0;
  // For each entry the track that it means.
  [[nodiscard]] virtual Result<std::vector<std::optional<TrackMatch>>> match(const library::View& view,
                                                                             const std::vector<playlist_files::FileEntry>& entries) = 0;
  // For each list what its rules choose now, in order, of what its owner sees.
  [[nodiscard]] virtual Result<std::vector<Ids>> chosen(const std::vector<SmartList>& lists) = 0;
};

}  // namespace segue::api
