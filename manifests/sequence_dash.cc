// SPDX-License-Identifier: Apache-2.0
// A sequence as DASH: a Period for each track, exactly as long as its programme (to the microsecond, rounded up), each with SegmentTemplate
// and its own folder as BaseURL. Tracks of one run are laid out by album_periods, with their segments listed, since the first of each
// begins behind its pre-roll.
#include <algorithm>

#include "manifests/album_periods.h"
#include "manifests/dash_sets.h"
#include "manifests/dash_writer.h"
#include "manifests/sequence.h"
#include "manifests/text.h"
#include "media/limits.h"

namespace segue::manifests {

namespace {

using dash::SegmentInfo;
using media::Track;

constexpr std::string_view kLiveProfiles = "urn:mpeg:dash:profile:isoff-live:2011,urn:mpeg:dash:profile:cmaf:2019";
constexpr std::string_view kFullProfiles = "urn:mpeg:dash:profile:full:2011";
constexpr std::int64_t kMicros = 1'000'000;

bool begins_late(const Track& track) {
  const media::TrackConfig& config = track.rendition.track;
  constexpr std::int64_t kTaken = 10'000;  // microseconds that players take beyond a Period's end
  return config.codec == media::Codec::opus && media::rescale(config.lead_in, config.timescale, kMicros) > kTaken;
}

// A decoder drops Opus' pre-skip without moving time. Where that is long (80 ms in a later track of an album) Opus would need Periods of
// another length than every other codec does: such a list has no Opus in DASH, unless there is nothing else.
TrackList tracks_of(const SequenceLevels& levels, std::size_t run) {
  const auto is_opus = [](const SequenceLevel& level) { return level.runs.front().rendition.track.codec == media::Codec::opus; };
  const auto is_late = [](const SequenceLevel& level) { return std::any_of(level.runs.begin(), level.runs.end(), begins_late); };
  const bool has_others = !std::all_of(levels.begin(), levels.end(), is_opus);
  const bool drops_opus = has_others && std::any_of(levels.begin(), levels.end(), is_late);
  TrackList tracks;
  for (const SequenceLevel& level : levels)
    if (!drops_opus || !is_opus(level)) tracks.push_back(&level.runs[run]);
  return tracks;
}

SegmentInfo timed(const Track& track, std::uint64_t presentation_time_offset) {
  SegmentInfo info;
  info.timescale = track.rendition.track.timescale;
  info.has_timescale = true;
  info.presentation_time_offset = presentation_time_offset;
  info.ept_delta = track.segments.start() - static_cast<std::int64_t>(presentation_time_offset);
  info.start_number = kFirstSegmentNumber;
  info.index = &track.segments;
  return info;
}

SegmentInfo template_of(const Track& track) {
  SegmentInfo info = timed(track, static_cast<std::uint64_t>(track.segments.start()));
  info.kind = SegmentInfo::Kind::segment_template;
  info.initialization_template = "$RepresentationID$/" + std::string(kInitName);
  info.media_template = "$RepresentationID$/$Number$" + std::string(kSegmentSuffix);
  return info;
}

SegmentInfo list_of(const SequenceRun& run, const AlbumPeriod::Part& part, std::uint32_t file) {
  SegmentInfo info = timed(part.track, part.presentation_time_offset);
  info.kind = SegmentInfo::Kind::list;
  const std::string folder = part.track.rendition.id + '/';
  info.initialization = dash::Initialization{run.folders.front() + folder + std::string(kInitName), std::nullopt};
  for (auto segment = part.track.segments.walk(); !segment.done(); segment.next()) {
    dash::SegmentUrl url{run.folders[file] + folder, std::nullopt};
    append_number(url.media, segment.number() + kFirstSegmentNumber);
    url.media += kSegmentSuffix;
    const std::uint32_t skipped = file > 0 && segment.number() == 0 ? preroll_of(run, part.track, file) : 0;
    if (skipped > 0) url.range = dash::ByteRange{skipped, skipped + std::uint64_t{segment->size} - 1};
    info.urls.push_back(std::move(url));
  }
  return info;
}

dash::Period period_between(std::size_t number, std::int64_t start_us, std::int64_t end_us) {
  dash::Period period;
  append_number(period.id, number);
  period.start_us = start_us;
  period.duration_us = end_us - start_us;
  return period;
}

// `segments(track)` says where a representation's segments are. Sets keep their number through all periods, so that a player stays in its
// own.
template <class Segments>
void add_sets(const TrackList& tracks, Segments segments, dash::Period& period) {
  for (const TrackList& members : sets_of(tracks)) {
    dash::AdaptationSet set = set_of(*members.front(), Access::segments, true);
    append_number(set.id, period.sets.size() + 1);
    for (const Track* track : members) {
      set.representations.push_back(representation_of(*track));
      set.representations.back().segments = segments(*track);
    }
    period.sets.push_back(std::move(set));
  }
}

// Each further track begins where its codecs' frames do (album_periods); the last one ends with the programme.
std::int64_t end_of(const SequenceRun& run, const TrackList& tracks) {
  if (run.tracks.size() == 1) return end_us_of(*run.tracks.front(), tracks);
  std::int64_t end = 0;
  for (const media::Presentation* one : run.tracks) end += media::ticks_at(one->duration, kMicros, media::Round::up);
  return end;
}

struct Laid {
  std::size_t run = 0;
  std::int64_t start_us = 0, end_us = 0;
  AlbumPeriod file;  // of a run of several; else no parts
};

std::vector<Laid> lay_out(const Sequence& sequence, const SequenceLevels& levels) {
  std::vector<Laid> laid;
  std::int64_t at = 0;
  for (std::size_t i = 0; i < sequence.runs.size(); ++i) {
    const TrackList tracks = tracks_of(levels, i);
    const std::int64_t end = at + end_of(sequence.runs[i], tracks);
    if (sequence.runs[i].tracks.size() == 1) {
      laid.push_back({i, at, end, {}});
    } else {
      std::vector<AlbumPeriod> files = album_periods(tracks);
      for (std::size_t f = 0; f < files.size(); ++f) {
        const std::int64_t start = at + files[f].start_us,
                           stop = f + 1 < files.size() ? at + files[f + 1].start_us : std::max(end, start + 1);
        laid.push_back({i, start, stop, std::move(files[f])});
      }
    }
    at = std::max(end, laid.empty() ? end : laid.back().end_us);
  }
  return laid;
}

double seconds_of(std::int64_t ticks, std::uint32_t timescale) { return static_cast<double>(ticks) / timescale; }

}  // namespace

void print_sequence_mpd(const Sequence& sequence, const SequenceLevels& levels, std::string& out) {
  const std::vector<Laid> laid = lay_out(sequence, levels);  // lent to the periods until they are written
  const bool has_lists = std::any_of(laid.begin(), laid.end(), [](const Laid& l) { return !l.file.parts.empty(); });
  dash::Mpd mpd;
  mpd.profiles = has_lists ? kFullProfiles : kLiveProfiles;
  mpd.title = sequence.title;
  mpd.duration_us = laid.empty() ? 0 : laid.back().end_us;
  mpd.min_buffer_us = static_cast<std::int64_t>(media::kMinBufferSeconds * 1e6);
  for (const Laid& one : laid) {
    const SequenceRun& run = sequence.runs[one.run];
    dash::Period period = period_between(mpd.periods.size(), one.start_us, one.end_us);
    if (one.file.parts.empty()) {
      period.base_url = run.folders.front();
      add_sets(tracks_of(levels, one.run), template_of, period);
    } else {
      TrackList tracks;
      for (const AlbumPeriod::Part& part : one.file.parts) tracks.push_back(&part.track);
      const auto segments = [&](const Track& track) {
        const auto part = std::find_if(one.file.parts.begin(), one.file.parts.end(), [&](const auto& p) { return &p.track == &track; });
        return list_of(run, *part, one.file.file);
      };
      add_sets(tracks, segments, period);
    }
    mpd.periods.push_back(std::move(period));
  }
  dash::write(mpd, out);
}

std::vector<SequencePeriod> sequence_periods(const Sequence& sequence, const SequenceLevels& levels) {
  std::vector<SequencePeriod> periods;
  for (const Laid& one : lay_out(sequence, levels)) {
    SequencePeriod period{one.start_us, one.end_us, {}};
    const double start = static_cast<double>(one.start_us) / kMicros;
    const auto add = [&](const Track& track, std::int64_t offset) {
      const media::TrackConfig& config = track.rendition.track;
      const double lead = config.codec == media::Codec::opus ? seconds_of(config.lead_in, config.timescale) : 0;
      period.shifts.push_back({config.codec, start - seconds_of(offset, config.timescale), lead});
    };
    for (const AlbumPeriod::Part& part : one.file.parts) add(part.track, static_cast<std::int64_t>(part.presentation_time_offset));
    if (one.file.parts.empty())
      for (const Track* track : tracks_of(levels, one.run)) add(*track, track->segments.start());
    periods.push_back(std::move(period));
  }
  return periods;
}

}  // namespace segue::manifests
