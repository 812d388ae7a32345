// SPDX-License-Identifier: Apache-2.0
// What a platform's settings are on this machine: asks the system, where services.h only writes down.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "media/result.h"
#include "platform/services.h"

namespace segue::platform {

// A process for each role of the catalog: set to anything, it is so (segue up --split sets it).
inline constexpr const char* kSplit = "SEGUE_SPLIT";

// Fills in programs, user and workers; `listen` and `cache_size` are the caller's.
[[nodiscard]] Settings settings_here(const service::Home& home, const Installation& installation);

// A server's address without what only it should know: postgresql://segue@db/segue of postgresql://segue:secret@db/segue. Pure.
[[nodiscard]] std::string without_password(std::string_view address);

// What runs goes on with what it was started with: variables of this process that are not set become what `running` has. One that is set,
// to nothing as well, stays.
void keep_environment(const Environment& running);
// "SEGUE_PROXIES: was 10.0.0.1, is not set", a line each. Pure.
[[nodiscard]] std::vector<std::string> changes_between(const Environment& before, const Environment& now);

// "172.18.0.2,10.0.0.0/8" → nginx's geo lines "172.18.0.2 1; 10.0.0.0/8 1;": the proxies whose X-Forwarded-For is believed. Error: the one
// that is no address or network. Pure.
[[nodiscard]] Result<std::string> proxy_lines(std::string_view addresses);

// Every folder on the way to `path`, and itself, may be entered by anybody. Pure reading.
[[nodiscard]] bool anybody_enters(const std::string& path);

}  // namespace segue::platform
