// SPDX-License-Identifier: Apache-2.0
// /api/v1/playlist-folders, and what a user does with lists beside editing them: put into a folder, follow.
#pragma once

#include "catalog-api/api/guard.h"
#include "catalog-api/api/playlist_routes.h"
#include "catalog-api/api/replays.h"
#include "service/http/router.h"

namespace segue::api {

void add_folder_routes(service::http::Router& router, const PlaylistPieces& pieces, Guard& guard, Replays& replays);

}  // namespace segue::api
