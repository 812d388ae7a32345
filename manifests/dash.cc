// SPDX-License-Identifier: Apache-2.0
#include "manifests/dash.h"

#include <algorithm>

#include "manifests/album_periods.h"
#include "manifests/dash_sets.h"
#include "manifests/dash_writer.h"
#include "manifests/text.h"
#include "media/limits.h"

namespace segue::manifests {
namespace {

using dash::SegmentInfo;
using media::Presentation;
using media::Track;
using media::TrackKind;

constexpr std::string_view kLiveProfiles = "urn:mpeg:dash:profile:isoff-live:2011,urn:mpeg:dash:profile:cmaf:2019";
constexpr std::string_view kOnDemandProfiles = "urn:mpeg:dash:profile:isoff-on-demand:2011,urn:mpeg:dash:profile:cmaf:2019";
constexpr std::string_view kFullProfiles = "urn:mpeg:dash:profile:full:2011";

TrackKind kind_of(const Track& track) { return media::kind_of(track.rendition.track.codec); }

bool is_album_folder(const Addressing& where) { return where.form == Addressing::Form::folder && !where.folders.empty(); }

SegmentInfo template_of(const Presentation& presentation, const Track& track) {
  SegmentInfo info;
  info.kind = SegmentInfo::Kind::segment_template;
  info.start_number = kFirstSegmentNumber;
  std::string prefix;
  append_playlist_url(prefix, presentation, {}, "$RepresentationID$", "/");
  info.initialization_template = prefix + std::string(kInitName);
  info.media_template = prefix + "$Number$" + std::string(kSegmentSuffix);
  info.index = &track.segments;
  return info;
}

SegmentInfo base_of(const Track& track) {
  SegmentInfo info;
  info.kind = SegmentInfo::Kind::base;
  info.index_range = dash::ByteRange{track.index_offset, track.index_offset + track.index_bytes - 1};
  info.initialization = dash::Initialization{"", dash::ByteRange{0, track.init_bytes - 1}};
  return info;
}

// A file of an album has a sidx, but begins with a pre-roll that the album leaves out: its segments are listed. Its frames go on from those
// of the file before, so the init segment is the first file's.
SegmentInfo list_of(const AlbumPeriod::Part& part, std::uint32_t file, const Addressing& where) {
  const Track& track = part.track;
  SegmentInfo info;
  info.kind = SegmentInfo::Kind::list;
  info.timescale = track.rendition.track.timescale;
  info.has_timescale = true;
  info.presentation_time_offset = part.presentation_time_offset;
  info.start_number = kFirstSegmentNumber;
  info.initialization.emplace().range = dash::ByteRange{0, track.init_bytes - 1};
  append_file_url(info.initialization->url, where, track.rendition, 0);
  info.index = &track.segments;
  for (auto segment = track.segments.walk(); !segment.done(); segment.next()) {
    dash::SegmentUrl url{"", dash::ByteRange{segment->offset, segment->offset + segment->size - 1}};
    append_file_url(url.media, where, track.rendition, file);
    info.urls.push_back(std::move(url));
  }
  return info;
}

SegmentInfo segments_of(const Presentation& presentation, const Track& track, const Addressing& where) {
  SegmentInfo info = where.form == Addressing::Form::origin ? template_of(presentation, track) : base_of(track);
  info.timescale = track.rendition.track.timescale;
  info.has_timescale = true;
  info.presentation_time_offset = static_cast<std::uint64_t>(track.segments.start());
  return info;
}

void fill(dash::AdaptationSet& set, const std::vector<const Track*>& tracks, const Presentation& presentation, const Addressing& where) {
  for (const Track* track : tracks) set.representations.push_back(representation_of(*track));
  const bool shared = where.form == Addressing::Form::origin &&
                      std::all_of(tracks.begin(), tracks.end(), [&](const Track* t) { return one_timeline(*t, *tracks.front()); });
  if (shared) {
    set.segments = segments_of(presentation, *tracks.front(), where);
    return;
  }
  for (std::size_t i = 0; i < tracks.size(); ++i) {
    set.representations[i].segments = segments_of(presentation, *tracks[i], where);
    if (where.form == Addressing::Form::folder) set.representations[i].base_url = tracks[i]->rendition.file;
  }
}

// The cheapest of a kind, which every other kind's rendition must leave room for.
std::uint64_t cheapest(const TrackList& tracks, TrackKind kind) {
  std::uint64_t least = UINT64_MAX;
  for (const Track* track : tracks) {
    if (kind_of(*track) == kind) least = std::min<std::uint64_t>(least, track->rendition.dash_bps);
  }
  return least == UINT64_MAX ? 0 : least;
}

// A player combines sets as it likes: the dearest picture that fits beside the cheapest sound stays, and what sound fits beside that.
TrackList within(TrackList tracks, std::uint64_t max_bps) {
  const std::uint64_t sound = cheapest(tracks, TrackKind::audio);
  if (const std::uint64_t least = cheapest(tracks, TrackKind::video); least > 0 && least + sound > max_bps) return {};
  std::uint64_t picture = 0;
  std::erase_if(tracks, [&](const Track* track) {
    if (kind_of(*track) != TrackKind::video) return false;
    if (track->rendition.dash_bps + sound > max_bps) return true;
    picture = std::max<std::uint64_t>(picture, track->rendition.dash_bps);
    return false;
  });
  std::erase_if(tracks,
                [&](const Track* track) { return kind_of(*track) == TrackKind::audio && track->rendition.dash_bps + picture > max_bps; });
  return tracks;
}

// Sets keep their number through all Periods, so that a player goes on in the one it plays.
void add_period(const AlbumPeriod& file, std::int64_t end_us, const Addressing& where, dash::Mpd& mpd) {
  dash::Period& period = mpd.periods.emplace_back();
  append_number(period.id, file.file);
  period.start_us = file.start_us;
  period.duration_us = end_us - file.start_us;
  TrackList tracks;
  for (const AlbumPeriod::Part& part : file.parts) tracks.push_back(&part.track);
  for (const auto& members : sets_of(tracks)) {
    dash::AdaptationSet set = set_of(*members.front(), Access::segments, true);
    append_number(set.id, period.sets.size() + 1);
    for (const Track* track : members) {
      const auto part = std::find_if(file.parts.begin(), file.parts.end(), [&](const auto& p) { return &p.track == track; });
      set.representations.push_back(representation_of(*track));
      set.representations.back().segments = list_of(*part, file.file, where);
    }
    period.sets.push_back(std::move(set));
  }
}

}  // namespace

Result<void> print_mpd(const Presentation& presentation, const Addressing& where, const Filter& filter, std::string& out) {
  auto selected = select(presentation, filter);
  if (!selected) return selected.error();
  const TrackList tracks = within(std::move(*selected), filter.max_bandwidth_bps);
  if (tracks.empty()) return Error{"max_bandwidth: no combination of renditions is left"};

  const bool any_sdr = std::any_of(tracks.begin(), tracks.end(), [](const Track* t) {
    return kind_of(*t) == TrackKind::video && t->rendition.track.video.range == media::VideoRange::sdr;
  });
  const std::int64_t duration_us = end_us_of(presentation, tracks);
  dash::Mpd mpd;
  mpd.profiles = where.form == Addressing::Form::origin ? kLiveProfiles : where.folders.empty() ? kOnDemandProfiles : kFullProfiles;
  mpd.title = presentation.title;
  mpd.duration_us = duration_us;
  mpd.min_buffer_us = static_cast<std::int64_t>(media::kMinBufferSeconds * 1e6);
  if (is_album_folder(where)) {
    const std::vector<AlbumPeriod> files = album_periods(tracks);  // lent to the periods until they are written
    for (std::size_t i = 0; i < files.size(); ++i) {
      const std::int64_t end_us = i + 1 < files.size() ? files[i + 1].start_us : std::max(duration_us, files[i].start_us + 1);
      add_period(files[i], end_us, where, mpd);
    }
    dash::write(mpd, out);
    return {};
  }
  dash::Period& period = mpd.periods.emplace_back();
  period.id = "0";
  period.start_us = 0;
  period.duration_us = duration_us;
  for (const auto& members : sets_of(tracks)) {
    dash::AdaptationSet set = set_of(*members.front(), where.form == Addressing::Form::folder ? Access::index : Access::segments, any_sdr);
    append_number(set.id, period.sets.size() + 1);
    fill(set, members, presentation, where);
    period.sets.push_back(std::move(set));
  }
  dash::write(mpd, out);
  return {};
}

}  // namespace segue::manifests
