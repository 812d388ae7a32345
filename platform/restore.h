// SPDX-License-Identifier: Apache-2.0
// A backup put back into a home: on a new machine, or over what is there, which is set aside and not lost.
#pragma once

#include <string>
#include <vector>

#include "media/result.h"
#include "platform/backup.h"

namespace segue::platform {

struct Restored {
  Backup backup;
  std::string set_aside;             // where that which was there is now; empty: nothing was
  std::vector<std::string> missing;  // assets of the list that the store does not hold as they were
};

// Nothing of the home may run. The whole backup is checked before anything is touched: digests, and each database by SQLite. Error: names
// what is wrong; the home is as it was, or, when a disk fails half way, its former files are where the error says.
[[nodiscard]] Result<Restored> restore(const service::Home& home, const std::string& folder);

}  // namespace segue::platform
