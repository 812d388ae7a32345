// SPDX-License-Identifier: Apache-2.0
// What accounts deny, as problems; and a user.
#pragma once

#include "catalog-api/accounts/accounts.h"
#include "service/http/json_writer.h"
#include "service/http/message.h"

namespace segue::api {

[[nodiscard]] service::http::Response denied(const accounts::Denied& why);

// Members of an object that is open.
void put_user(service::http::JsonWriter& json, const accounts::User& user);
[[nodiscard]] service::http::Response user_answer(const accounts::User& user, unsigned status);

}  // namespace segue::api
