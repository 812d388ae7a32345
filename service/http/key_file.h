// SPDX-License-Identifier: Apache-2.0
// A secret of a home that programs share and no person needs to know: 32 random bytes in a file that only its owner reads.
#pragma once

#include <array>
#include <string>

#include "media/result.h"

namespace segue::service::http {

using Key = std::array<unsigned char, 32>;

// Made when it is missing (mode 0600); two programs that start at once get the same one. Error: names the file.
[[nodiscard]] Result<Key> load_key(const std::string& path);

}  // namespace segue::service::http
