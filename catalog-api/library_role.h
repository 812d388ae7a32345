// SPDX-License-Identifier: Apache-2.0
// The role `library`: everything of the catalog but accounts, playlists and search, with the databases of it. On PostgreSQL several may
// share them.
#pragma once

#include <memory>

#include "access/media_addresses.h"
#include "catalog-api/accounts/directory.h"
#include "catalog-api/api/guard.h"
#include "catalog-api/api/library_tracks.h"
#include "catalog-api/api/local_search_source.h"
#include "catalog-api/api/response_cache.h"
#include "catalog-api/api/search_feed.h"
#include "catalog-api/catalog.h"
#include "catalog-api/playlists/lists.h"
#include "catalog-api/search/searcher.h"
#include "service/database_place.h"
#include "service/http/internal_key.h"
#include "service/http/json_writer.h"

namespace segue::catalog {

// What stands around it, in this process or another; all outlive the role.
struct Surroundings {
  accounts::Directory& accounts;
  search::Searcher& searcher;
  bool is_search_far = false;
  playlists::Lists& lists;
  bool are_lists_far = false;
  api::LocalSearchSource::ListCount list_count;
  api::Guard& guard;
  access::MediaAddresses media;
};

class LibraryRole {
 public:
  // Opens the databases. Error: names what cannot be opened.
  static Result<std::unique_ptr<LibraryRole>> open(const Options& options, const service::DatabasePlace& place, Surroundings around);
  ~LibraryRole();

  [[nodiscard]] api::SearchSource& source();
  // For playlists: what the library says of tracks, and where answers about it are kept.
  [[nodiscard]] api::LibraryTracks& tracks();
  [[nodiscard]] api::ResponseCache& cache();
  // The index is in this process: brought level now, and with each change from now on. Before start().
  [[nodiscard]] Result<void> feed(api::SearchFeed& feed);
  // Playlists changed `count` times so far. False: the index could not follow. Any thread.
  [[nodiscard]] bool hear_of_lists(std::int64_t count);
  void add_routes(service::http::Router& router);
  // For a search, or playlists, in another process.
  void add_source_routes(service::http::Router& router, const service::http::InternalKey& key);
  void add_tracks_routes(service::http::Router& router, const service::http::InternalKey& key);
  // Its fields of /health. Error: a database.
  [[nodiscard]] Result<void> put_health(service::http::JsonWriter& json);
  void start();
  void stop_waiting();  // before the server stops: who waits for news is answered
  void stop();

 private:
  struct Pieces;
  explicit LibraryRole(std::unique_ptr<Pieces> pieces);
  std::unique_ptr<Pieces> pieces_;
};

}  // namespace segue::catalog
