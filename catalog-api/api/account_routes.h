// SPDX-License-Identifier: Apache-2.0
// /api/v1 of accounts: sessions, oneself, credentials, and for administrators users and the audit log.
#pragma once

#include "catalog-api/accounts/accounts.h"
#include "catalog-api/api/guard.h"
#include "service/http/cursor.h"
#include "service/http/router.h"

namespace segue::api {

// `seal`: of cursors; all these outlive the router.
void add_account_routes(service::http::Router& router, accounts::Accounts& accounts, Guard& guard, const service::http::CursorSeal& seal);

}  // namespace segue::api
