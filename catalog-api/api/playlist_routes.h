// SPDX-License-Identifier: Apache-2.0
// /api/v1/playlists: lists as logs of operations, with If-Match and rebase.
#pragma once

#include "catalog-api/api/guard.h"
#include "catalog-api/api/replays.h"
#include "catalog-api/api/response_cache.h"
#include "catalog-api/playlists/playlists.h"
#include "service/database_pool.h"
#include "service/http/cursor.h"
#include "service/http/router.h"

namespace segue::api {

struct PlaylistPieces {
  playlists::Playlists& playlists;
  accounts::Directory& accounts;
  service::DatabasePool& library;
  const service::http::CursorSeal& seal;
};
// `kept`: where answers are, with those about the library.
void add_playlist_routes(service::http::Router& router, const PlaylistPieces& pieces, Guard& guard, Replays& replays, ResponseCache& kept);

}  // namespace segue::api
