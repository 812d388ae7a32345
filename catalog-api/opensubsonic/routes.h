// SPDX-License-Identifier: Apache-2.0
// /rest/<method> and /rest/<method>.view, by GET and by POST with a form: from a request to its envelope. Errors of the protocol are
// answered with status 200, as it demands.
#pragma once

#include "catalog-api/opensubsonic/call.h"
#include "service/http/router.h"

namespace segue::opensubsonic {

// `pieces` outlives the router.
void add_routes(service::http::Router& router, Pieces& pieces);

}  // namespace segue::opensubsonic
