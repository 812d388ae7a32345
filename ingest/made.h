// SPDX-License-Identifier: Apache-2.0
// What a job has made, not yet sealed.
#pragma once

#include <optional>

#include "ingest/asset_lock.h"
#include "ingest/workplace.h"

namespace segue::ingest {

struct Made {
  JobResult result;
  std::optional<AssetLocks> locks;  // held until it is published
  bool staged = false;              // there is something to publish
};

}  // namespace segue::ingest
