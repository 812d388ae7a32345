// SPDX-License-Identifier: Apache-2.0
// An MPD against the media that it names.
#include <algorithm>
#include <cstdlib>

#include "media/bandwidth.h"
#include "media/limits.h"
#include "validator/dash_format_rules.h"
#include "validator/dash_rules.h"
#include "validator/presentation_rules.h"

namespace segue::validator {
namespace {

namespace dash = manifests::dash;

// What a sidx says of the time of its first sample: tfdt, or with the composition offset, or on the clock of an edit list.
void judge_first_time(const LoadedRepresentation& one, Findings& findings) {
  if (!one.dash.first_time || !one.rendition.measured() || one.dash.refs.timescale == 0) return;
  const InitFacts& init = *one.rendition.init;
  const SegmentSummary& first = one.rendition.segments.front();
  const std::int64_t declared =
      media::rescale(static_cast<media::Ticks>(*one.dash.first_time), one.dash.refs.timescale, init.track.timescale);
  const std::int64_t allowed = std::max<std::int64_t>(init.lead_in(), std::abs(static_cast<std::int64_t>(first.composition))) + first.frame;
  if (std::abs(declared - static_cast<std::int64_t>(first.start)) <= allowed) return;
  findings.add(rules::sidx_references, one.dash.refs.name,
               "earliest_presentation_time " + std::to_string(*one.dash.first_time) + " at " + std::to_string(one.dash.refs.timescale) +
                   "/s; tfdt " + std::to_string(first.start) + " at " + std::to_string(init.track.timescale) + "/s");
}

void judge_times(const LoadedRepresentation& one, Findings& findings) {
  const Rendition& rendition = one.rendition;
  const std::uint32_t declared = one.dash.refs.timescale, real = rendition.init->track.timescale;
  if (!one.dash.info.has_timescale || one.dash.info.timescale != real) {
    findings.add(rules::mpd_timescale, one.dash.refs.name,
                 "declared " + (one.dash.info.has_timescale ? std::to_string(one.dash.info.timescale) : "none") + ", the media has " +
                     std::to_string(real));
  }
  if (!rendition.measured() || declared == 0) return;
  const bool nominal = one.dash.info.timeline.empty() && one.dash.info.duration && one.dash.info.kind != dash::SegmentInfo::Kind::base;
  const bool indexed = one.dash.info.kind == dash::SegmentInfo::Kind::base;
  for (std::size_t i = 0; i < rendition.segments.size(); ++i) {
    const SegmentRef& ref = rendition.refs.segments[i];
    const SegmentSummary& segment = rendition.segments[i];
    const auto in_media = [&](std::uint64_t ticks) { return media::rescale(static_cast<media::Ticks>(ticks), declared, real); };
    const std::int64_t coarse = declared == real ? 0 : real / declared + 1;  // a coarser clock can say it no better
    const std::int64_t tolerance = nominal ? in_media(ref.duration.value_or(0)) / 2 : coarse;
    const std::int64_t start_off = ref.start ? std::abs(in_media(*ref.start) - static_cast<std::int64_t>(segment.start)) : 0;
    const std::int64_t length_off =
        ref.duration && !nominal ? std::abs(in_media(*ref.duration) - static_cast<std::int64_t>(segment.duration)) : 0;
    if (start_off <= tolerance && length_off <= tolerance) continue;
    findings.add(indexed ? rules::sidx_references : rules::mpd_segment_times, one.dash.refs.name + ": segment " + std::to_string(i + 1),
                 "declared start " + (ref.start ? std::to_string(*ref.start) : "none") + ", duration " +
                     std::to_string(ref.duration.value_or(0)) + " at " + std::to_string(declared) + "/s; tfdt " +
                     std::to_string(segment.start) + ", duration " + std::to_string(segment.duration) + " at " + std::to_string(real) +
                     "/s");
    break;
  }
  const std::int64_t offset_us =
      media::rescale(static_cast<media::Ticks>(one.dash.info.presentation_time_offset), one.dash.info.timescale, 1'000'000);
  const std::int64_t first_us = rendition.micros(rendition.segments.front().start);
  const std::int64_t allowed = rendition.micros(static_cast<std::uint64_t>(rendition.init->lead_in())) + 2 * rendition.frame_us() + 1000;
  if (std::abs(offset_us - first_us) > allowed) {
    findings.add(rules::mpd_offset, one.dash.refs.name,
                 std::to_string(offset_us) + " us, the first sample is at " + std::to_string(first_us) + " us");
  }
}

void judge_rate(const LoadedRepresentation& one, std::int64_t min_buffer_us, Findings& findings) {
  if (!one.rendition.measured()) return;
  const media::SegmentIndex index = one.rendition.index();
  const std::uint32_t timescale = one.rendition.init->track.timescale;
  const std::uint64_t declared = one.dash.representation->bandwidth;
  const std::uint64_t average = media::average_bandwidth(index, timescale);
  const double buffer = min_buffer_us > 0 ? static_cast<double>(min_buffer_us) / 1e6 : media::kMinBufferSeconds;
  const std::uint64_t needed = media::dash_bandwidth(index, timescale, buffer);
  const bool starves = needed * 10 > declared * 11, below = declared * 100 < average * 99;
  const std::string what =
      "declared " + std::to_string(declared) + ", measured average " + std::to_string(average) + ", needed " + std::to_string(needed);
  if (starves || below) findings.add(rules::dash_rate, one.dash.refs.name, what);
  if (declared / 2 > needed) findings.add(rules::dash_rate_high, one.dash.refs.name, what);
}

// The programme's end as far as the media can tell: lossy sound ends somewhere inside its last frames, all else exactly.
void judge_length(const dash::Mpd& mpd, const std::vector<LoadedRepresentation>& all, const std::string& where, Findings& findings) {
  if (mpd.periods.size() != 1 || mpd.dynamic) return;
  std::int64_t least = 0, most = 0;
  for (const LoadedRepresentation& one : all) {
    if (!one.rendition.measured() || !(one.rendition.init->is_audio() || one.rendition.init->is_video())) continue;
    const bool lossy = one.rendition.init->is(media::Codec::aac) || one.rendition.init->is(media::Codec::opus);
    const std::int64_t end = one.rendition.end_us();
    least = std::max(least, lossy ? end - one.rendition.frame_us() * 3 / 2 : end);
    most = std::max(most, end + one.rendition.frame_us());
  }
  if (most == 0) return;
  for (const auto& declared : {mpd.periods.front().duration_us, mpd.duration_us}) {  // players go by either
    if (!declared) continue;
    const std::string against = "declared " + std::to_string(*declared) + " us, the media end at ";
    if (*declared < least - 1) findings.add(rules::mpd_duration_short, where, against + std::to_string(least) + " us at least");
    if (*declared > most + 100'000) findings.add(rules::mpd_duration_long, where, against + std::to_string(most) + " us at most");
  }
}

}  // namespace

void judge_representations(const dash::Mpd& mpd, const std::vector<LoadedRepresentation>& all, const std::string& where,
                           Findings& findings) {
  std::map<const dash::Period*, std::vector<Switchable>> periods;
  for (const LoadedRepresentation& one : all) {
    if (!one.rendition.init) continue;
    judge_format(one, findings);
    judge_times(one, findings);
    judge_first_time(one, findings);
    judge_rate(one, mpd.min_buffer_us.value_or(0), findings);
    periods[one.dash.period].push_back({&one.rendition, static_cast<std::size_t>(one.dash.set - one.dash.period->sets.data())});
  }
  for (const auto& [period, renditions] : periods) judge_alignment(renditions, 4, findings);
  judge_sets(all, findings);
  judge_length(mpd, all, where, findings);
}

}  // namespace segue::validator
