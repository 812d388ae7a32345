// SPDX-License-Identifier: Apache-2.0
#include "catalog-api/api/playlist_answers.h"

#include "catalog-api/api/answers.h"

namespace segue::api {

service::http::Response refusal(const playlists::Refusal& why) {
  switch (why.why) {
    case playlists::Problem::unknown: return refuse({404, "not-found", why.detail});
    case playlists::Problem::forbidden: return refuse({403, "forbidden", why.detail});
    case playlists::Problem::stale: return refuse({412, "stale", why.detail});
    case playlists::Problem::full: return refuse({409, "too-many", why.detail});
    case playlists::Problem::invalid: break;
  }
  return refuse({422, "invalid-field", why.detail});
}

void put_facts(service::http::JsonWriter& json, const playlists::Playlist& playlist, std::size_t count) {
  json.field("id", playlist.id).field("revision", playlist.revision()).field("owner", playlist.owner).field("name", playlist.list.name);
  json.field("description", playlist.list.description).field("cover", playlist.list.cover).field("public", playlist.list.is_public);
  json.field("smart", !playlist.list.rules.empty());
  json.field("created", playlist.created).field("changed", playlist.changed).field("count", count);
}

}  // namespace segue::api
