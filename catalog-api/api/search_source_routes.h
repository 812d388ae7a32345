// SPDX-License-Identifier: Apache-2.0
// The other end of RemoteSearchSource, in the process that has the library, for who shows the key of the home:
//   GET /internal/v1/search-source?incarnation=&revision=&lists=&wait=SECONDS   the state, as soon as it is another one
//   GET /internal/v1/search-source/STREAM?since=&after=&after_id=               a slice
#pragma once

#include "catalog-api/api/bell.h"
#include "catalog-api/api/search_source.h"
#include "service/http/internal_key.h"
#include "service/http/router.h"

namespace segue::api {

inline constexpr std::int64_t kLongestWait = 30;  // seconds

// `news` rings when the state may be another one. Both outlive the router.
void add_search_source_routes(service::http::Router& router, SearchSource& source, Bell& news, const service::http::InternalKey& key);

}  // namespace segue::api
