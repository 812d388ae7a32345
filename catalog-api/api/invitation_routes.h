// SPDX-License-Identifier: Apache-2.0
// /api/v1/invitations, for administrators, and /api/v1/sign-up, for whom they invite.
#pragma once

#include <string>

#include "catalog-api/accounts/accounts.h"
#include "catalog-api/api/guard.h"
#include "service/http/router.h"

namespace segue::api {

// `public_url`: of the page that a link of an invitation opens.
void add_invitation_routes(service::http::Router& router, accounts::Accounts& accounts, Guard& guard, const std::string& public_url);

}  // namespace segue::api
