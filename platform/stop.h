// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "media/result.h"
#include "service/home.h"

namespace segue::platform {

// Stops everything of this home, a killed supervisor's orphans included, and returns when all is gone: the names of what ran, in the
// order of stopping; none when nothing did. Error: what could not be stopped.
[[nodiscard]] Result<std::vector<std::string>> stop(const service::Home& home);

}  // namespace segue::platform
