// SPDX-License-Identifier: Apache-2.0
// What of a playlist its reader sees: a list may hold tracks of libraries that not everybody who sees the list sees. Such tracks are left
// out, and so are ids that the library does not know: else what is left out would tell that it is there. Whoever sees every library sees
// lists as they are. Any thread.
#pragma once

#include <string>
#include <vector>

#include "catalog-api/library/view.h"
#include "catalog-api/playlists/playlists.h"
#include "media/result.h"
#include "service/database_pool.h"

namespace segue::api {

class PlaylistSight {
 public:
  explicit PlaylistSight(service::DatabasePool& library) : library_(library) {}

  // Leaves out items. True: some were.
  [[nodiscard]] Result<bool> narrow(playlists::Playlist& playlist, const library::View& view) const;
  // In the log items keep their places; their tracks become "".
  [[nodiscard]] Result<void> narrow(std::vector<playlists::Logged>& lines, const library::View& view) const;
  [[nodiscard]] Result<std::size_t> count(const playlists::Playlist& playlist, const library::View& view) const;

 private:
  service::DatabasePool& library_;
};

}  // namespace segue::api
