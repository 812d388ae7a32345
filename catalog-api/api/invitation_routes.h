// SPDX-License-Identifier: Apache-2.0
// /api/v1/invitations, for administrators, and /api/v1/sign-up, for whom they invite.
#pragma once

#include <string>

#include "catalog-api/api/account_routes.h"
#include "service/http/router.h"

namespace segue::api {

// `public_url`: of the page that a link of an invitation opens.
void add_invitation_routes(service::http::Router& router, const AccountPieces& pieces, Guard& guard, const std::string& public_url);

}  // namespace segue::api
