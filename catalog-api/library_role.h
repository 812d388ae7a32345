// SPDX-License-Identifier: Apache-2.0
// The role `library`: everything of the catalog but accounts and search, with the databases of it. On PostgreSQL several may share them.
#pragma once

#include <memory>

#include "access/media_addresses.h"
#include "catalog-api/accounts/directory.h"
#include "catalog-api/api/guard.h"
#include "catalog-api/api/search_feed.h"
#include "catalog-api/catalog.h"
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
  api::Guard& guard;
  access::MediaAddresses media;
};

class LibraryRole {
 public:
  // Opens the databases. Error: names what cannot be opened.
  static Result<std::unique_ptr<LibraryRole>> open(const Options& options, const service::DatabasePlace& place, Surroundings around);
  ~LibraryRole();

  [[nodiscard]] api::SearchSource& source();
  // The index is in this process: brought level now, and with each change from now on. Before start().
  [[nodiscard]] Result<void> feed(api::SearchFeed& feed);
  void add_routes(service::http::Router& router);
  // For a search in another process.
  void add_source_routes(service::http::Router& router, const service::http::InternalKey& key);
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
