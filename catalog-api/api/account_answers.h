// SPDX-License-Identifier: Apache-2.0
// What accounts deny, as problems.
#pragma once

#include "catalog-api/accounts/accounts.h"
#include "service/http/message.h"

namespace segue::api {

[[nodiscard]] service::http::Response denied(const accounts::Denied& why);

}  // namespace segue::api
