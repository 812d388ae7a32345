// SPDX-License-Identifier: Apache-2.0
// Playlists in answers of /api/v1, alike wherever they stand.
#pragma once

#include "catalog-api/playlists/playlists.h"
#include "service/http/json_writer.h"
#include "service/http/message.h"

namespace segue::api {

[[nodiscard]] service::http::Response refusal(const playlists::Refusal& why);
// Members of an object that is open. `count`: of the items that the reader sees.
void put_facts(service::http::JsonWriter& json, const playlists::Playlist& playlist, std::size_t count);

}  // namespace segue::api
