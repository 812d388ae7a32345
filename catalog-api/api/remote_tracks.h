// SPDX-License-Identifier: Apache-2.0
// The library's tracks for playlists, in another process. What is much is asked in several questions of bounded size.
#pragma once

#include <semaphore>

#include "catalog-api/api/library_tracks.h"
#include "service/http/question.h"

namespace segue::api {

class RemoteTracks final : public LibraryTracks {
 public:
  RemoteTracks(const service::http::ServerName& server, const service::http::InternalKey& key);

  [[nodiscard]] Result<Ids> seen(const library::View& view, const Ids& ids) override;
  [[nodiscard]] Result<std::vector<playlist_files::FileEntry>> entries(const library::View& view, const Ids& ids) override;
  [[nodiscard]] Result<std::vector<std::optional<TrackMatch>>> match(const library::View& view,
                                                                     const std::vector<playlist_files::FileEntry>& entries) override;
  [[nodiscard]] Result<std::vector<Ids>> chosen(const std::vector<SmartList>& lists) override;

 private:
  service::http::Asking quick_, slow_;   // a rule that takes seconds is no reason to take the others for hanging
  service::http::Asking matching_;       // nor is a search that hangs
  std::counting_semaphore<> may_match_;  // who is let in
};

// The other end, in the process that has the library: /internal/v1/tracks/…, for who shows the key of the home. `tracks` outlives the
// router.
void add_tracks_routes(service::http::Router& router, LibraryTracks& tracks, const service::http::InternalKey& key);

}  // namespace segue::api
