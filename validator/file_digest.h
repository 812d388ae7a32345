// SPDX-License-Identifier: Apache-2.0
// SHA-256 of a local file.
#pragma once

#include <string>

#include "media/result.h"

namespace segue::validator {

// Lower-case hex, as asset.json has it. Error: the file and the reason.
[[nodiscard]] Result<std::string> sha256_of_file(const std::string& path);

}  // namespace segue::validator
