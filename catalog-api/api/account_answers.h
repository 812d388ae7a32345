// SPDX-License-Identifier: Apache-2.0
// What routes about accounts have in common: what accounts deny, as problems; a user; what is noted of a request.
#pragma once

#include <cstddef>
#include <string>

#include "catalog-api/accounts/directory.h"
#include "catalog-api/api/guard.h"
#include "service/http/json_writer.h"
#include "service/http/message.h"

namespace segue::api {

inline constexpr std::size_t kMaxText = 300;  // bytes of a name, a password, a code

[[nodiscard]] service::http::Response denied(const accounts::Denied& why);

// Members of an object that is open.
void put_user(service::http::JsonWriter& json, const accounts::User& user);
[[nodiscard]] service::http::Response user_answer(const accounts::User& user, unsigned status);

// Into the audit log, with the asker's address. That it cannot be written keeps nobody from what was done.
void note(accounts::Directory& accounts, const Guard& guard, const service::http::Request& request, const std::string& who,
          const char* what, const std::string& about);

}  // namespace segue::api
