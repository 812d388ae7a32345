// SPDX-License-Identifier: Apache-2.0
// Playlists as files: POST /api/v1/playlists/import with a match report, GET /api/v1/playlists/{id}/export.
#pragma once

#include "access/media_addresses.h"
#include "catalog-api/api/guard.h"
#include "catalog-api/api/replays.h"
#include "catalog-api/playlists/playlists.h"
#include "catalog-api/search/searcher.h"
#include "service/database_pool.h"
#include "service/http/router.h"

namespace segue::api {

void add_playlist_file_routes(service::http::Router& router, playlists::Playlists& playlists, service::DatabasePool& library,
                              search::Searcher& searcher, Guard& guard, Replays& replays, const access::MediaAddresses& media = {});

}  // namespace segue::api
