// SPDX-License-Identifier: Apache-2.0
// What of a playlist its reader sees. A smart list's items are what its rules choose now. A list may hold tracks of libraries that not
// everybody who sees the list sees: such tracks are left out, and so are ids that the library does not know, else what is left out would
// tell that it is there. Whoever sees every library sees lists as they are. Any thread.
#pragma once

#include <string>
#include <vector>

#include "catalog-api/api/guard.h"
#include "catalog-api/api/library_tracks.h"
#include "catalog-api/library/view.h"
#include "catalog-api/playlists/playlists.h"
#include "media/result.h"

namespace segue::api {

class PlaylistSight {
 public:
  explicit PlaylistSight(LibraryTracks& library) : library_(library) {}

  // Puts the items into a smart list; an item's uid is its track's id. Another list stays as it is.
  [[nodiscard]] Result<void> fill(playlists::Playlist& playlist) const;
  // Leaves out items of a list that is filled. True: some were.
  [[nodiscard]] Result<bool> narrow(playlists::Playlist& playlist, const library::View& view) const;
  // In the log items keep their places; their tracks become "".
  [[nodiscard]] Result<void> narrow(std::vector<playlists::Logged>& lines, const library::View& view) const;
  // How many items of each list the reader sees. Lists need not be filled; where anything is asked for, what they held is gone afterwards.
  [[nodiscard]] Result<std::vector<std::size_t>> counts(std::vector<playlists::Shelved>& lists, const library::View& view) const;
  [[nodiscard]] Result<std::size_t> count(const playlists::Playlist& playlist, const library::View& view) const;
  // Whether the reader's sight can be told: the library answers, or is not needed.
  [[nodiscard]] Result<void> check(const library::View& view) const;

 private:
  [[nodiscard]] Result<std::size_t> count_filled(const playlists::Playlist& playlist, const library::View& view) const;
  LibraryTracks& library_;
};

// Before something is written whose answer needs the library: 503, and nothing is done, where that does not answer.
[[nodiscard]] std::optional<service::http::Response> instead_of_writing(const service::http::Request& request, const PlaylistSight& sight,
                                                                        const library::View& view);
// The same of what changes a list that is there: of a smart one the answer tells how much its rules choose, whoever asks.
[[nodiscard]] std::optional<service::http::Response> instead_of_changing(const service::http::Request& request, const PlaylistSight& sight,
                                                                         playlists::Playlists& playlists, const Asker& asker);
// The library did not answer. What was to be written is written by then, and the client is not told that it was not.
[[nodiscard]] service::http::Response without_library(const service::http::Request& request, const Error& error);

}  // namespace segue::api
