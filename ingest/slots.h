// SPDX-License-Identifier: Apache-2.0
// So many jobs run at once on one machine, whatever number of uploaders and workers there is: each holds a slot while it works.
#pragma once

#include <optional>
#include <string>

#include "media/result.h"
#include "service/file_lock.h"

namespace segue::ingest {

struct Slot {
  int number = 0;  // from 0
  service::FileLock lock;
};

// One of the first `count` slots; nullopt: all are taken.
[[nodiscard]] Result<std::optional<Slot>> try_slot(const std::string& folder, int count);

}  // namespace segue::ingest
