// SPDX-License-Identifier: Apache-2.0
// The library's tracks for playlists, in the process that has the library's database.
#pragma once

#include <span>

#include "catalog-api/api/library_tracks.h"
#include "catalog-api/api/smart_lists.h"
#include "catalog-api/search/searcher.h"
#include "service/database_pool.h"

namespace segue::api {

class LocalTracks final : public LibraryTracks {
 public:
  // All outlive this.
  LocalTracks(service::DatabasePool& library, SmartLists& smart, search::Searcher& searcher)
      : library_(library), smart_(smart), searcher_(searcher) {}

  [[nodiscard]] Result<Ids> seen(const library::View& view, const Ids& ids) override;
  [[nodiscard]] Result<std::vector<playlist_files::FileEntry>> entries(const library::View& view, const Ids& ids) override;
  [[nodiscard]] Result<std::vector<std::optional<TrackMatch>>> match(const library::View& view,
                                                                     const std::vector<playlist_files::FileEntry>& entries) override;
  [[nodiscard]] Result<std::vector<Ids>> chosen(const std::vector<SmartList>& lists) override;

 private:
  [[nodiscard]] Result<std::vector<std::optional<TrackMatch>>> match_some(const library::View& view,
                                                                          std::span<const playlist_files::FileEntry> entries);
  service::DatabasePool& library_;
  SmartLists& smart_;
  search::Searcher& searcher_;
};

}  // namespace segue::api
