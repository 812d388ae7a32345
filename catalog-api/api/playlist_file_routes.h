// SPDX-License-Identifier: Apache-2.0
// Playlists as files: POST /api/v1/playlists/import with a match report, GET /api/v1/playlists/{id}/export.
#pragma once

#include "access/media_addresses.h"
#include "catalog-api/api/guard.h"
#include "catalog-api/api/playlist_routes.h"
#include "catalog-api/api/replays.h"
#include "service/http/router.h"

namespace segue::api {

void add_playlist_file_routes(service::http::Router& router, const PlaylistPieces& pieces, Guard& guard, Replays& replays,
                              const access::MediaAddresses& media = {});

}  // namespace segue::api
