// SPDX-License-Identifier: Apache-2.0
// What the representations of one adaptation set have in common, with all that they inherit.
#include <map>
#include <string_view>

#include "validator/dash_rules.h"

namespace segue::validator {
namespace {

namespace dash = manifests::dash;

std::string_view addressing_of(const dash::SegmentInfo& info) {
  if (info.kind == dash::SegmentInfo::Kind::base) return "index";
  if (info.kind == dash::SegmentInfo::Kind::list) return "list";
  return info.timeline.empty() ? "duration" : "timeline";
}

void judge_addressing(const LoadedRepresentation& first, const LoadedRepresentation& other, Findings& findings) {
  const std::string_view expected = addressing_of(first.dash.info), found = addressing_of(other.dash.info);
  if (expected == found) return;
  findings.add(rules::mpd_mixed_addressing, other.dash.refs.name,
               "expected " + std::string(expected) + " as in " + first.dash.refs.name + ", found " + std::string(found));
}

void judge_video_edits(const LoadedRepresentation& first, const LoadedRepresentation& other, Findings& findings) {
  if (!first.rendition.init || !other.rendition.init || !other.rendition.init->is_video()) return;
  const bool expected = !first.rendition.init->edits.empty(), found = !other.rendition.init->edits.empty();
  const bool on_demand = other.dash.info.kind == dash::SegmentInfo::Kind::base;
  if (found && !on_demand) findings.add(rules::mpd_video_edits, other.dash.refs.name, "an edit list, and segments told by the MPD");
  if (found != expected) {
    findings.add(rules::mpd_video_edits, other.dash.refs.name,
                 std::string(found ? "an edit list" : "no edit list") + ", unlike " + first.dash.refs.name);
  }
}

}  // namespace

void judge_sets(const std::vector<LoadedRepresentation>& all, Findings& findings) {
  std::map<const dash::AdaptationSet*, const LoadedRepresentation*> sets;  // the first of each
  for (const LoadedRepresentation& one : all) {
    const LoadedRepresentation& first = *sets.try_emplace(one.dash.set, &one).first->second;
    judge_addressing(first, one, findings);
    judge_video_edits(first, one, findings);
  }
}

}  // namespace segue::validator
