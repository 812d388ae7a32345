// SPDX-License-Identifier: Apache-2.0
// Whether a home's media asks for tokens: <home>/access/protected, one line, how long the tokens live that its own programs hand out
// ("12h"). Kept in the home, not with what runs: a platform that is started again must not be open.
#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "media/result.h"

namespace segue::access {

inline constexpr const char* kUsualLife = "12h";

// `folder`: the home's "access". nullopt: open. Error: the file is there and says no duration; nobody may take that for open.
[[nodiscard]] Result<std::optional<std::chrono::seconds>> protection_of(const std::string& folder);
// `life`: "12h"; empty: open.
[[nodiscard]] Result<void> protect(const std::string& folder, const std::string& life);

}  // namespace segue::access
