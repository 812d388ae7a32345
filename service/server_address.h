// SPDX-License-Identifier: Apache-2.0
// What the address of a PostgreSQL server says, in libpq's words. An address may hold a password: no message repeats a part of it.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "media/result.h"

namespace segue::service {

struct ServerSetting {
  std::string keyword;   // "host", "user", "password", …
  std::string variable;  // of the environment, "PGHOST"; empty: there is none
  std::string value;
  bool is_secret = false;
};

// Without what stands behind '#'. Error: libpq cannot read it, or a password that is not percent-encoded has run into another part.
[[nodiscard]] Result<std::vector<ServerSetting>> settings_of(std::string_view address);

}  // namespace segue::service
