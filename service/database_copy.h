// SPDX-License-Identifier: Apache-2.0
// Whole databases as files: copied while they are in use, and checked.
#pragma once

#include <string>

#include "media/result.h"

namespace segue::service {

// The database at `from` as it is at one moment, as a new file `to` that needs no log beside it; writers go on meanwhile. Error: either
// file, and why; what was written of the new one is removed.
[[nodiscard]] Result<void> copy_database(const std::string& from, const std::string& to);

// Error: what SQLite finds wrong first (PRAGMA integrity_check), or why it cannot be opened.
[[nodiscard]] Result<void> check_database(const std::string& path);

}  // namespace segue::service
