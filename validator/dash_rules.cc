// SPDX-License-Identifier: Apache-2.0
// What an MPD says by itself; dash_media_rules.cc holds it against the media.
#include "validator/dash_rules.h"

#include <algorithm>
#include <set>
#include <string_view>

#include "validator/presentation_rules.h"

namespace segue::validator {
namespace {

namespace dash = manifests::dash;

std::string set_place(const std::string& where, const dash::AdaptationSet& set) {
  return where + ": AdaptationSet " + (set.id.empty() ? set.content_type : set.id);
}

bool is_sound(const dash::AdaptationSet& set) {
  if (set.content_type == "audio" || set.common.mime_type.starts_with("audio/")) return true;
  return !set.representations.empty() && set.representations.front().common.mime_type.starts_with("audio/");
}

const std::string& either(const std::string& inner, const std::string& outer) { return inner.empty() ? outer : inner; }

void judge_timeline(const dash::SegmentInfo& info, const std::string& at, Findings& findings) {
  std::uint64_t next = 0;
  for (std::size_t i = 0; i < info.timeline.size(); ++i) {
    const dash::TimelineEntry& entry = info.timeline[i];
    if (entry.d == 0) findings.add(rules::mpd_timeline, at, "S@d 0");
    if (i > 0 && entry.t && *entry.t != next) {
      findings.add(rules::mpd_timeline, at, "expected S@t " + std::to_string(next) + ", found " + std::to_string(*entry.t));
    }
    next = entry.t.value_or(next) + entry.d * (static_cast<std::uint64_t>(std::max<std::int64_t>(entry.r, 0)) + 1);
  }
}

void judge_segments(const std::optional<dash::SegmentInfo>& info, const std::string& at, Findings& findings) {
  if (!info) return;
  judge_timeline(*info, at, findings);
}

void judge_representation(const dash::Representation& one, const dash::AdaptationSet& set, const std::string& at, Findings& findings) {
  if (one.id.empty()) findings.add(rules::mpd_attributes, at, "Representation@id is missing");
  if (one.bandwidth == 0) findings.add(rules::mpd_attributes, at, "Representation@bandwidth is missing or 0");
  if (either(one.common.mime_type, set.common.mime_type).empty()) findings.add(rules::mpd_attributes, at, "@mimeType is missing");
  if (either(one.common.codecs, set.common.codecs).empty()) findings.add(rules::mpd_codecs, at, "@codecs is missing");
  judge_segments(one.segments, at, findings);
}

// 0 and nothing both mean that a segment may begin anywhere; one representation alone may leave it out.
void judge_access_points(const dash::AdaptationSet& set, const std::string& at, Findings& findings) {
  for (const dash::Representation& one : set.representations) {
    const auto whole = one.common.start_with_sap ? one.common.start_with_sap : set.common.start_with_sap;
    const auto part = set.subsegment_starts_with_sap;
    const bool declared = whole.value_or(0) != 0 || part.value_or(0) != 0;
    const bool left_out = !whole && !part && set.representations.size() < 2;
    if (left_out || (declared && whole.value_or(1) <= 3 && part.value_or(1) <= 3)) continue;
    findings.add(rules::mpd_alignment_flag, at,
                 "expected startWithSAP or subsegmentStartsWithSAP of 1 to 3, found " + std::to_string(whole.value_or(part.value_or(0))));
    return;
  }
}

void judge_set(const dash::AdaptationSet& set, const std::string& at, Findings& findings) {
  judge_segments(set.segments, at, findings);
  std::string entry;
  for (const dash::Representation& one : set.representations) {
    judge_representation(one, set, at + ", Representation " + one.id, findings);
    const std::string code = either(one.common.codecs, set.common.codecs).substr(0, 4);
    if (!entry.empty() && code != entry) findings.add(rules::mpd_mixed_set, at, entry + " and " + code);
    entry = code;
    if (is_sound(set) && one.common.channel_configurations.empty() && set.common.channel_configurations.empty()) {
      findings.add(rules::mpd_channels, at + ", Representation " + one.id, "no AudioChannelConfiguration");
    }
  }
  const bool single = set.representations.size() < 2;
  if (!single && !set.segment_alignment && !set.subsegment_alignment) {
    findings.add(rules::mpd_alignment_flag, at, "neither segmentAlignment nor subsegmentAlignment");
  }
  judge_access_points(set, at, findings);
}

void judge_ids(const dash::Period& period, const std::string& where, Findings& findings) {
  std::set<std::string_view> ids;
  for (const dash::AdaptationSet& set : period.sets) {
    for (const dash::Representation& one : set.representations) {
      if (one.id.empty() || ids.insert(one.id).second) continue;
      findings.add(rules::mpd_same_id, set_place(where, set), "Representation@id " + one.id + " comes twice in its Period");
    }
  }
}

}  // namespace

void judge_mpd(const dash::Mpd& mpd, const std::string& where, Findings& findings) {
  if (mpd.profiles.empty()) findings.add(rules::mpd_attributes, where, "MPD@profiles is missing");
  if (!mpd.min_buffer_us) findings.add(rules::mpd_attributes, where, "MPD@minBufferTime is missing");
  if (mpd.periods.empty()) findings.add(rules::mpd_attributes, where, "no Period");
  const bool last_has = !mpd.periods.empty() && mpd.periods.back().duration_us;
  if (!mpd.dynamic && !mpd.duration_us && !last_has) {
    findings.add(rules::mpd_duration_missing, where, "neither mediaPresentationDuration nor the last Period's duration");
  }
  if (!mpd.dynamic && !mpd.periods.empty() && mpd.periods.front().start_us.value_or(0) != 0) {
    findings.add(rules::mpd_first_period, where, "expected Period@start 0, found " + std::to_string(*mpd.periods.front().start_us) + " us");
  }
  for (const dash::Period& period : mpd.periods) {
    if (period.duration_us && *period.duration_us == 0) findings.add(rules::mpd_attributes, where, "a Period of duration 0");
    judge_ids(period, where, findings);
    for (const dash::AdaptationSet& set : period.sets) judge_set(set, set_place(where, set), findings);
  }
}

}  // namespace segue::validator
