// SPDX-License-Identifier: Apache-2.0
#include "ingest/layout.h"

#include <filesystem>

#include "ingest/files.h"

namespace segue::ingest {

Result<void> Layout::make() const {
  for (const std::string& folder : {leases(), slots(), store}) {
    if (auto made = make_folders(folder); !made) return made;
  }
  return {};
}

}  // namespace segue::ingest
