// SPDX-License-Identifier: Apache-2.0
// "90s", "15m", "1h", "7d": how long a token lives, on a command line.
#pragma once

#include <chrono>
#include <string_view>

#include "media/result.h"

namespace segue::access {

// At least one second, at most ten years. Error: what was found.
[[nodiscard]] Result<std::chrono::seconds> parse_duration(std::string_view text);

}  // namespace segue::access
