// SPDX-License-Identifier: Apache-2.0
// An object that nobody of this worker has open. Its file and head may have to come from the disk: who may not wait for that finds out
// whether they are in memory, and leaves the rest to a thread.
#pragma once

#include <memory>
#include <optional>

#include "edge-cache/store/object_files.h"
#include "edge-cache/store/open_objects.h"

namespace segue::edge {

// After a power loss larger files are not worth reading through on a request's time.
inline constexpr std::uint64_t kMostCheckedBytes = 4 << 20;

struct ColdObject {
  HeadPlace place = {};
  std::uint64_t body_bytes = 0;                // of a complete one
  bool arriving = false;                       // of a fetch that another worker leads; it may be complete by now
  std::optional<std::uint32_t> checksum = {};  // what its body must have: it was written before a power loss

  // No object: there is no such file, it is another's, it has another size than the index says, or another body.
  [[nodiscard]] Opened open(const ObjectFiles& files, Wait wait) const;
};

}  // namespace segue::edge
