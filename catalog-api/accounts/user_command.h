// SPDX-License-Identifier: Apache-2.0
// What `segue user` does, apart from reading its arguments.
#pragma once

#include <string>
#include <vector>

#include "catalog-api/accounts/accounts.h"

namespace segue::accounts {

struct UserRequest {
  std::string action, name;
  std::string role = "listener", label, scope = "write", id;
  std::string password;  // empty: one is made, where one is needed
  bool create = false, revoke = false, json = false;
  std::string public_url;
};

// What to print. Error: one line.
[[nodiscard]] Result<std::string> run_user_command(Accounts& accounts, const UserRequest& request);

}  // namespace segue::accounts
