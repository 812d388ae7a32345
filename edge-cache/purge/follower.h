// SPDX-License-Identifier: Apache-2.0
// How far an edge has read in the log of purges, and whether it may have missed something. Pure.
//   in step: everything up to position() was applied, and nothing is missing before what comes next
//   lost:    something may be missing (the log was cut off, emptied or replaced while the edge was away): everything that the edge holds
//            must be purged softly, then reading goes on from position()
#pragma once

#include <optional>

#include "edge-cache/purge/order.h"

namespace segue::purge {

struct LogEnds {
  Position first, last;
};

enum class Step : std::uint8_t { in_step, lost };

class Follower {
 public:
  // `saved`: of the last run; 0-0: none. `empty_cache`: there is nothing that a purge could hit.
  Follower(Position saved, bool empty_cache) noexcept : position_(saved), unknown_(saved == Position{} && !empty_cache) {}

  // The cache is not empty any more, and the log was not looked at yet.
  void doubt() noexcept { unknown_ = unknown_ || position_ == Position{}; }
  // What the log holds now, asked for after each connection and now and then; nullopt: no entry.
  [[nodiscard]] Step look(const std::optional<LogEnds>& ends) noexcept;
  // The next entry that was read; it is to be applied in any case, after the soft purge when lost.
  [[nodiscard]] Step take(Position entry) noexcept;

  [[nodiscard]] Position position() const noexcept { return position_; }

 private:
  Position position_;
  bool unknown_;            // a cache whose past is not known
  bool was_empty_ = false;  // the log, when it was last looked at
};

}  // namespace segue::purge
