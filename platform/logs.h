// SPDX-License-Identifier: Apache-2.0
// Logs stay bounded: a file that has grown too long is set aside as NAME.1, which takes the place of the one before.
#pragma once

#include <cstdint>
#include <set>
#include <string>

namespace segue::platform {

inline constexpr std::uintmax_t kLongestLog = 64U << 20;

// Looks through NAME.log of the folder. nginx's own (SERVICE-access.log, SERVICE-error.log) are renamed, and their services returned: nginx
// must be told to open them anew (SIGUSR1). Whatever else a process writes to is copied and emptied under it, since nobody can tell it.
[[nodiscard]] std::set<std::string> set_aside_long_logs(const std::string& folder, std::uintmax_t longest);

}  // namespace segue::platform
