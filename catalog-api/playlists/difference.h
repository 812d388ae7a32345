// SPDX-License-Identifier: Apache-2.0
// What lies between two revisions, as operations: what a reader is shown of it, and what restore does.
#pragma once

#include <vector>

#include "catalog-api/playlists/operations.h"
#include "media/result.h"

namespace segue::playlists {

// apply()ed one after another they make `from` the same as `to`; none when it is. Items that stay in order are not named: what was added or
// moved is told in runs, each behind the item that stands before it in `to`. Where that would be very many, everything is put in order by
// one move. Error: `from` has rules and `to` has none, which no operation says.
[[nodiscard]] Result<std::vector<Operation>> difference(const List& from, const List& to);

}  // namespace segue::playlists
