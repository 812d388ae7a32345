// SPDX-License-Identifier: Apache-2.0
// The protocol's ways to say who one is: u + p (clear or "enc:" and hex), u + t + s (md5 of password and salt), apiKey. The password is
// always an app password, never the one for logging in: the token needs it back.
#pragma once

#include <optional>

#include "catalog-api/opensubsonic/call.h"

namespace segue::opensubsonic {

// nullopt: call.user() is set.
[[nodiscard]] std::optional<Failure> log_in(Call& call);

}  // namespace segue::opensubsonic
