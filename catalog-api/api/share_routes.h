// SPDX-License-Identifier: Apache-2.0
// What has one address whoever asks: covers in sizes, and shares, which play without an account.
#pragma once

#include <string>

#include "access/media_addresses.h"
#include "catalog-api/api/guard.h"
#include "catalog-api/covers/covers.h"
#include "catalog-api/sharing/sharing.h"
#include "service/database_pool.h"

namespace segue::api {

void add_cover_routes(service::http::Router& router, service::DatabasePool& library, covers::Covers& covers, Guard& guard);

struct SharePieces {
  service::DatabasePool& library;
  sharing::Sharing& sharing;
  accounts::Directory& accounts;
  std::string public_url;
  access::MediaAddresses media = {};
};
void add_share_routes(service::http::Router& router, const SharePieces& pieces);

}  // namespace segue::api
