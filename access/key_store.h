// SPDX-License-Identifier: Apache-2.0
// Changes to a key file: written beside it and renamed over it, mode 0600, so that an edge reads either the old keys or the new.
#pragma once

#include <string>
#include <string_view>

#include "access/key_ring.h"

namespace segue::access {

// In front of the others; makes the file and its folder when they are missing. Error: the id is taken, the file is broken; unchanged then.
[[nodiscard]] Result<void> add_key(const std::string& path, std::string_view id, Algorithm algorithm);
// Error: no such key.
[[nodiscard]] Result<void> drop_key(const std::string& path, std::string_view id);

}  // namespace segue::access
