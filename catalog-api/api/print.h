// SPDX-License-Identifier: Apache-2.0
// The library's nouns as JSON of /api/v1. One place: lists, single pages and search results show a thing alike.
#pragma once

#include "access/media_addresses.h"
#include "catalog-api/library/read.h"
#include "media/asset.h"
#include "service/http/json_writer.h"

namespace segue::api {

using service::http::JsonWriter;

using access::MediaAddresses;

void put_asset(JsonWriter& json, const library::Track& track, const MediaAddresses& media);  // short: what a player's list needs
void put_track(JsonWriter& json, const library::Track& track, const MediaAddresses& media);  // with people, genres, format and loudness
// `folder`: its generation's, on the gateway, with '/' at the end.
void put_rendition(JsonWriter& json, const media::Rendition& rendition, const std::string& folder);
void put_album(JsonWriter& json, const library::Album& album, const MediaAddresses& media);
void put_artist(JsonWriter& json, const library::Artist& artist);

}  // namespace segue::api
