// SPDX-License-Identifier: Apache-2.0
// A playlist, or an album of the library, as one presentation:
//   /v/playlist/{id}/master.m3u8, /v/playlist/{id}/manifest.mpd [?codecs= &max_bandwidth=]
//   /v/playlist/{id}/{revision}/{level}.m3u8     named by the first; goes on with the list as it was when the listener began
//   /v/playlist/{id}/items.json                  what plays when, for a player that shows it and cuts at the true joins
// What is public, and albums, play for whoever may browse, as far as they see the tracks' libraries. Else the address has ?token=, which
// GET /api/v1/playlists/{id}/presentation gives to who may see the list: it names the user, and each request asks anew whether that user
// still may.
#pragma once

#include <string>

#include "access/media_addresses.h"
#include "catalog-api/accounts/directory.h"
#include "catalog-api/api/guard.h"
#include "catalog-api/api/library_tracks.h"
#include "catalog-api/playlists/lists.h"
#include "catalog-api/presentation/stored.h"
#include "service/database_pool.h"
#include "service/http/cursor.h"
#include "service/http/router.h"

namespace segue::api {

struct PresentationPieces {
  playlists::Lists& lists;  // filled
  bool are_lists_far;       // a call waits for another process
  accounts::Directory& accounts;
  service::DatabasePool& library;
  LibraryTracks& tracks;
  presentation::Store& store;
  const service::http::CursorSeal& seal;  // of tokens
  access::MediaAddresses media = {};
};

void add_presentation_routes(service::http::Router& router, const PresentationPieces& pieces, Guard& guard);

}  // namespace segue::api
