// SPDX-License-Identifier: Apache-2.0
// The library at /api/v1: assets, tracks, albums, artists, genres.
#pragma once

#include "service/database_pool.h"
#include "service/http/cursor.h"
#include "service/http/router.h"

namespace segue::api {

// Both outlive the router.
void add_library_routes(service::http::Router& router, service::DatabasePool& library, const service::http::CursorSeal& seal);

}  // namespace segue::api
