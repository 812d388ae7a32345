// SPDX-License-Identifier: Apache-2.0
// The schemas of one place on a PostgreSQL server as a file, and back, by PostgreSQL's own tools (pg_dump, pg_restore: of its clients'
// package, on the PATH or where Debian has them). They connect as the catalog does: what the address does not say they take from the
// environment; a password goes to them there, where no other user sees it.
#pragma once

#include <array>
#include <string>
#include <string_view>

#include "media/result.h"
#include "service/database_place.h"

namespace segue::service {

// One by one, for another installation's may begin with the same letters: "segue_test_library" is of "segue_test", not of "segue".
inline constexpr std::array<std::string_view, 7> kServerDatabases{"accounts",  "idempotency", "library", "library_idempotency",
                                                                  "listening", "playlists",   "sharing"};

// As it is at one moment, all services' at the same; nobody is held up. Error: the tool is missing, or its first line; the file is gone.
[[nodiscard]] Result<void> dump_databases(const DatabasePlace& place, const std::string& to);
// Error: it is no dump, or holds a schema that is none of the place's; loaded, it would replace what belongs to somebody else.
[[nodiscard]] Result<void> check_dump(const DatabasePlace& place, const std::string& dump);
// In one transaction: what is in the dump replaces what is there, or, with an error, nothing is changed. Errors also: as check_dump.
[[nodiscard]] Result<void> load_databases(const DatabasePlace& place, const std::string& from);

}  // namespace segue::service
