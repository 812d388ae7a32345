// SPDX-License-Identifier: Apache-2.0
// GET /api/v1/search: every key stroke is one request, answered from memory on the connection's own thread.
#pragma once

#include "access/media_addresses.h"
#include "catalog-api/api/guard.h"
#include "catalog-api/search/index.h"
#include "service/http/router.h"

namespace segue::api {

void add_search_routes(service::http::Router& router, const search::Index& index, Guard& guard, const access::MediaAddresses& media = {});

}  // namespace segue::api
