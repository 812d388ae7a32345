// SPDX-License-Identifier: Apache-2.0
// The role `playlists`: lists as logs, folders, following, collaborators, import and export, with the databases of it. What it shows of the
// library it asks there (api/library_tracks.h). On PostgreSQL several may share the databases.
#pragma once

#include <functional>
#include <memory>

#include "access/media_addresses.h"
#include "catalog-api/accounts/directory.h"
#include "catalog-api/api/guard.h"
#include "catalog-api/api/library_tracks.h"
#include "catalog-api/api/response_cache.h"
#include "catalog-api/playlists/lists.h"
#include "service/database_place.h"
#include "service/http/internal_key.h"
#include "service/http/json_writer.h"

namespace segue::catalog {

// What the lists are shown with; all outlive the role.
struct ListSurroundings {
  accounts::Directory& accounts;
  api::Guard& guard;
  access::MediaAddresses media;
  api::LibraryTracks& library;
  api::ResponseCache* kept;  // with answers about the library, of this process; nullptr: the library is in another one
};

class PlaylistsRole {
 public:
  // Opens the databases. Error: names what cannot be opened.
  static Result<std::unique_ptr<PlaylistsRole>> open(const service::DatabasePlace& place, accounts::Directory& accounts);
  ~PlaylistsRole();

  [[nodiscard]] playlists::Lists& lists();
  // Rises with each change.
  [[nodiscard]] Result<std::int64_t> change_count();
  void add_routes(service::http::Router& router, const ListSurroundings& around);
  // For a library in another process.
  void add_internal_routes(service::http::Router& router, const service::http::InternalKey& key);
  // Its fields of /health. Error: the database.
  [[nodiscard]] Result<void> put_health(service::http::JsonWriter& json);
  // `told` hears of each new count of changes, until stop(). False: it could not follow; the same is told again. Before anybody writes.
  void on_news(std::function<bool(std::int64_t)> told);
  void start();
  void stop_waiting();  // before the server stops: who waits for news is answered
  void stop();

 private:
  struct Pieces;
  explicit PlaylistsRole(std::unique_ptr<Pieces> pieces);
  std::unique_ptr<Pieces> pieces_;
};

}  // namespace segue::catalog
