// SPDX-License-Identifier: Apache-2.0
// The other end of RemoteDirectory, in the process that has the accounts: /internal/v1/accounts/…, for who shows the key of the home.
#pragma once

#include "catalog-api/accounts/directory.h"
#include "service/http/internal_key.h"
#include "service/http/router.h"

namespace segue::accounts {

// `directory` outlives the router.
void add_directory_routes(service::http::Router& router, Directory& directory, const service::http::InternalKey& key);

}  // namespace segue::accounts
