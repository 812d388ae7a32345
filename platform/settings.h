// SPDX-License-Identifier: Apache-2.0
// What a platform's settings are on this machine: asks the system, where services.h only writes down.
#pragma once

#include "platform/services.h"

namespace segue::platform {

// Fills in programs, user and workers; `listen` and `cache_size` are the caller's.
[[nodiscard]] Settings settings_here(const service::Home& home, const Installation& installation);

// Every folder on the way to `path`, and itself, may be entered by anybody. Pure reading.
[[nodiscard]] bool anybody_enters(const std::string& path);

}  // namespace segue::platform
