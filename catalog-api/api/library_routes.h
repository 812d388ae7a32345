// SPDX-License-Identifier: Apache-2.0
// The library at /api/v1: assets, tracks, albums, artists, genres, covers.
#pragma once

#include "catalog-api/api/guard.h"
#include "catalog-api/api/response_cache.h"
#include "service/database_pool.h"
#include "service/http/cursor.h"
#include "service/http/router.h"

namespace segue::api {

// All outlive the router.
void add_library_routes(service::http::Router& router, service::DatabasePool& library, const service::http::CursorSeal& seal, Guard& guard,
                        ResponseCache& cache);

}  // namespace segue::api
