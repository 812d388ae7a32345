// SPDX-License-Identifier: Apache-2.0
// One file becomes one asset in the staging folder.
#pragma once

#include <string>
#include <vector>

#include "ingest/asset_lock.h"
#include "ingest/workplace.h"

namespace segue::ingest {

// What a job has made, not yet sealed. `staged`: there is something to publish.
struct Made {
  JobResult result;
  std::vector<AssetLocks> locks;  // held until it is published
  bool staged = false;
};

// Error: one line for the uploader. What was staged by then is the caller's to remove.
[[nodiscard]] Result<Made> make_file(const JobInput& input, const std::string& ladder, const std::string& staging, const Workplace& place);

}  // namespace segue::ingest
