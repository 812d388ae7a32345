// SPDX-License-Identifier: Apache-2.0
// /api/v1/playlists: lists as logs of operations, with If-Match and rebase.
#pragma once

#include "catalog-api/api/guard.h"
#include "catalog-api/api/library_tracks.h"
#include "catalog-api/api/replays.h"
#include "catalog-api/api/response_cache.h"
#include "catalog-api/playlists/playlists.h"
#include "service/http/cursor.h"
#include "service/http/router.h"

namespace segue::api {

struct PlaylistPieces {
  playlists::Playlists& playlists;
  accounts::Directory& accounts;
  LibraryTracks& library;
  const service::http::CursorSeal& seal;
  bool is_library_far = false;  // a call that needs it waits for another process
};
// `kept`: where answers are, with those about the library; beside a library that is far, those alone that do not depend on it.
void add_playlist_routes(service::http::Router& router, const PlaylistPieces& pieces, Guard& guard, Replays& replays, ResponseCache& kept);

}  // namespace segue::api
