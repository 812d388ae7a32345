// SPDX-License-Identifier: Apache-2.0
// /api/v1/libraries: the libraries ("music folders") that the asker sees; for administrators what is sorted into each and who sees it.
#pragma once

#include <functional>

#include "catalog-api/accounts/directory.h"
#include "catalog-api/api/guard.h"
#include "catalog-api/api/replays.h"
#include "service/database_pool.h"
#include "service/http/router.h"

namespace segue::api {

struct LibraryListPieces {
  accounts::Directory& accounts;
  service::DatabasePool& library;
  std::function<void()> request_scan;  // what is in the store is sorted anew
  std::function<bool()> is_scanning;
  Replays& replays;
};

void add_library_list_routes(service::http::Router& router, const LibraryListPieces& pieces, Guard& guard);

}  // namespace segue::api
