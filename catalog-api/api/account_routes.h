// SPDX-License-Identifier: Apache-2.0
// /api/v1 of accounts: sessions, oneself, credentials, and for administrators users and the audit log.
#pragma once

#include "catalog-api/accounts/accounts.h"
#include "catalog-api/api/guard.h"
#include "catalog-api/api/replays.h"
#include "service/http/cursor.h"
#include "service/http/router.h"

namespace segue::api {

struct AccountPieces {
  accounts::Accounts& accounts;
  const service::http::CursorSeal& seal;
  Replays& replays;  // sealed: secrets are told there
};
void add_account_routes(service::http::Router& router, const AccountPieces& pieces, Guard& guard);

}  // namespace segue::api
