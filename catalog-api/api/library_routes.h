// SPDX-License-Identifier: Apache-2.0
// The library at /api/v1: assets, tracks, albums, artists, genres, covers.
#pragma once

#include <string>

#include "access/media_addresses.h"
#include "catalog-api/api/guard.h"
#include "catalog-api/api/response_cache.h"
#include "service/database_pool.h"
#include "service/http/cursor.h"
#include "service/http/router.h"

namespace segue::api {

struct LibraryPieces {  // all outlive the router
  service::DatabasePool& library;
  const service::http::CursorSeal& seal;
  ResponseCache& cache;
  std::string store = {};  // its folder: what the library does not keep of a track stands there
  access::MediaAddresses media = {};
};
void add_library_routes(service::http::Router& router, const LibraryPieces& pieces, Guard& guard);

}  // namespace segue::api
