// SPDX-License-Identifier: Apache-2.0
#include "edge-cache/purge/follower.h"

#include <utility>

namespace segue::purge {

Step Follower::look(const std::optional<LogEnds>& ends) noexcept {
  const bool unknown = unknown_;
  unknown_ = false;
  const bool was_empty = std::exchange(was_empty_, !ends);
  if (!ends) {
    if (position_ == Position{}) return unknown ? Step::lost : Step::in_step;
    position_ = {};  // the log was emptied; what was in it unread is not known
    return Step::lost;
  }
  if (position_ == Position{} && was_empty) {  // all that is in it came since, while this edge may have been cut off
    position_ = {ends->first.epoch, ends->first.number - 1};
    return ends->first.number == 1 ? Step::in_step : Step::lost;
  }
  if (position_ == Position{} && !unknown) {  // a new edge starts where the log ends
    position_ = ends->last;
    return Step::in_step;
  }
  const bool same_log = ends->last.epoch == position_.epoch && ends->last >= position_;
  if (same_log && ends->first.number <= position_.number + 1) return Step::in_step;
  position_ = {ends->first.epoch, ends->first.number - 1};  // hard purges that are still there are applied as such
  return Step::lost;
}

Step Follower::take(Position entry) noexcept {
  const bool next = entry.epoch == position_.epoch && entry.number == position_.number + 1;
  const bool first = position_ == Position{} && entry.number == 1;
  position_ = entry;
  return next || first ? Step::in_step : Step::lost;
}

}  // namespace segue::purge
