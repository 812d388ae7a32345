// SPDX-License-Identifier: Apache-2.0
// All schemas of one place on a PostgreSQL server as a file, and back, by PostgreSQL's own tools (pg_dump, pg_restore: of its clients'
// package, on the PATH or where Debian has them). The address goes to them in their environment, where no other user sees a password.
#pragma once

#include <string>

#include "media/result.h"
#include "service/database_place.h"

namespace segue::service {

// As it is at one moment, all services' at the same; nobody is held up. Error: the tool is missing, or its first line; the file is gone.
[[nodiscard]] Result<void> dump_databases(const DatabasePlace& place, const std::string& to);
// In one transaction: what is in the dump replaces what is there, or, with an error, nothing is changed.
[[nodiscard]] Result<void> load_databases(const DatabasePlace& place, const std::string& from);

}  // namespace segue::service
