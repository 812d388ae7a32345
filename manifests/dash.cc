// SPDX-License-Identifier: Apache-2.0
#include "manifests/dash.h"

#include <algorithm>

#include "manifests/album_periods.h"
#include "manifests/channels.h"
#include "manifests/codec_names.h"
#include "manifests/dash_writer.h"
#include "manifests/text.h"
#include "manifests/variants.h"
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
constexpr std::string_view kRoleScheme = "urn:mpeg:dash:role:2011";

bool is_album_folder(const Addressing& where) { return where.form == Addressing::Form::folder && !where.folders.empty(); }

TrackKind kind_of(const Track& track) { return media::kind_of(track.rendition.track.codec); }

// Apart from what the ladder separates, a set never mixes codecs, languages, layouts or roles (IOP).
bool one_set(const Track& a, const Track& b) {
  const media::Rendition &x = a.rendition, &y = b.rendition;
  return x.group == y.group && x.track.codec == y.track.codec && x.track.language == y.track.language && x.track.label == y.track.label &&
         x.role == y.role && x.forced == y.forced && x.track.audio.channels == y.track.audio.channels &&
         x.track.audio.channel_mask == y.track.audio.channel_mask && x.track.video.range == y.track.video.range;
}

bool one_timeline(const Track& a, const Track& b) {
  if (a.rendition.track.timescale != b.rendition.track.timescale || a.segments.size() != b.segments.size()) return false;
  if (a.segments.start() != b.segments.start() || a.segments.end() != b.segments.end()) return false;
  auto other = b.segments.walk();
  for (auto segment = a.segments.walk(); !segment.done(); segment.next(), other.next()) {
    if (segment->duration != other->duration) return false;
  }
  return true;
}

std::string_view mime_type(TrackKind kind) {
  switch (kind) {
    case TrackKind::audio: return "audio/mp4";
    case TrackKind::video: return "video/mp4";
    case TrackKind::text: return "application/mp4";
  }
  return {};
}

std::string_view content_type(TrackKind kind) {
  switch (kind) {
    case TrackKind::audio: return "audio";
    case TrackKind::video: return "video";
    case TrackKind::text: return "text";
  }
  return {};
}

std::string ratio(media::Rational value, char separator) {
  std::string text;
  append_number(text, static_cast<std::uint64_t>(value.num));
  if (separator == '/' && value.den == 1) return text;
  text += separator;
  append_number(text, static_cast<std::uint64_t>(value.den));
  return text;
}

// A player that does not know these would show HDR in wrong colours: essential, where there is SDR to fall back to.
void describe_colour(const media::VideoFormat& video, bool any_sdr, dash::Common& to) {
  if (video.range == media::VideoRange::sdr) return;
  std::vector<dash::Descriptor>& list = any_sdr ? to.essential : to.supplemental;
  list.push_back({"urn:mpeg:mpegB:cicp:ColourPrimaries", std::to_string(video.colour_primaries)});
  list.push_back({"urn:mpeg:mpegB:cicp:TransferCharacteristics", std::to_string(video.transfer)});
  list.push_back({"urn:mpeg:mpegB:cicp:MatrixCoefficients", std::to_string(video.matrix)});
}

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

dash::Representation representation_of(const Track& track) {
  const media::Rendition& rendition = track.rendition;
  dash::Representation made;
  made.id = rendition.id;
  made.bandwidth = rendition.dash_bps;
  made.common.codecs = spelled(rendition.codecs, Manifest::dash);
  if (kind_of(track) == TrackKind::audio) append_number(made.common.audio_sampling_rate, rendition.track.audio.sample_rate);
  if (kind_of(track) == TrackKind::video) {
    const media::VideoFormat& video = rendition.track.video;
    made.common.width = video.width;
    made.common.height = video.height;
    made.common.sar = ratio(video.sample_aspect, ':');
    if (video.frame_rate.num > 0) made.common.frame_rate = ratio(video.frame_rate, '/');
  }
  return made;
}

// What dash.js starts with (its initial track is the one of highest priority, else of highest rate, which would be FLAC).
std::uint32_t selection_priority(const Track& track) {
  const int preference = codec_preference(track.rendition.track.codec);
  switch (kind_of(track)) {
    case TrackKind::audio: return static_cast<std::uint32_t>((track.rendition.is_default ? 20 : 10) - preference);
    case TrackKind::video: return static_cast<std::uint32_t>(1 + preference);  // the better codec, where the device has it
    case TrackKind::text: return 1;
  }
  return 1;
}

dash::AdaptationSet set_of(const Track& first, const Addressing& where, bool any_sdr) {
  const media::Rendition& rendition = first.rendition;
  dash::AdaptationSet set;
  set.content_type = content_type(kind_of(first));
  set.common.mime_type = mime_type(kind_of(first));
  if (kind_of(first) != TrackKind::video || rendition.track.language != "und") set.lang = rendition.track.language;
  set.label = rendition.track.label;
  set.selection_priority = selection_priority(first);
  if (where.form == Addressing::Form::folder && !is_album_folder(where)) {
    set.subsegment_alignment = true;
    set.subsegment_starts_with_sap = 1;
  } else {
    set.segment_alignment = true;
    set.common.start_with_sap = 1;
  }
  if (kind_of(first) == TrackKind::audio) set.common.channel_configurations.push_back(channel_configuration(rendition.track.audio));
  if (kind_of(first) == TrackKind::video) describe_colour(rendition.track.video, any_sdr, set.common);
  const std::string_view role = rendition.forced ? "forced-subtitle" : std::string_view(rendition.role);
  if (!role.empty()) set.roles.push_back({std::string(kRoleScheme), std::string(role)});
  return set;
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

TrackList within(TrackList tracks, std::uint64_t max_bps) {
  const std::uint64_t sound = cheapest(tracks, TrackKind::audio), picture = cheapest(tracks, TrackKind::video);
  std::erase_if(tracks, [&](const Track* track) {
    const std::uint64_t other = kind_of(*track) == TrackKind::audio ? picture : kind_of(*track) == TrackKind::video ? sound : 0;
    return track->rendition.dash_bps + other > max_bps;
  });
  return tracks;
}

std::vector<std::vector<const Track*>> sets_of(const TrackList& tracks) {
  std::vector<std::vector<const Track*>> sets;
  for (const Track* track : tracks) {
    auto set = std::find_if(sets.begin(), sets.end(), [&](const auto& s) { return one_set(*s.front(), *track); });
    if (set == sets.end()) set = sets.emplace(sets.end());
    set->push_back(track);
  }
  for (auto& set : sets) {
    std::stable_sort(set.begin(), set.end(), [](const Track* a, const Track* b) { return a->rendition.dash_bps < b->rendition.dash_bps; });
  }
  return sets;
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
    dash::AdaptationSet set = set_of(*members.front(), where, true);
    append_number(set.id, period.sets.size() + 1);
    for (const Track* track : members) {
      const auto part = std::find_if(file.parts.begin(), file.parts.end(), [&](const auto& p) { return &p.track == track; });
      set.representations.push_back(representation_of(*track));
      set.representations.back().segments = list_of(*part, file.file, where);
    }
    period.sets.push_back(std::move(set));
  }
}

// Never rounded down: players cut what lies beyond (dash.js by an append window 10 ms after the end). A decoder drops Opus' pre-skip
// without moving time, so its programme ends that much later on the clock: 6.5 ms in a track of its own, 80 ms and more in a later track of
// an album, of which dash.js 5.2.1 would lose the last 70.
std::int64_t end_us_of(const Presentation& presentation, const TrackList& tracks) {
  constexpr std::int64_t kMicros = 1'000'000, kKeptByPlayers = 10'000;
  std::int64_t later = 0;
  for (const Track* track : tracks) {
    const media::TrackConfig& config = track->rendition.track;
    if (config.codec == media::Codec::opus)
      later = std::max(later, media::rescale(config.lead_in, config.timescale, kMicros, media::Round::up));
  }
  return media::ticks_at(presentation.duration, kMicros, media::Round::up) + (later > kKeptByPlayers ? later : 0);
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
    dash::AdaptationSet set = set_of(*members.front(), where, any_sdr);
    append_number(set.id, period.sets.size() + 1);
    fill(set, members, presentation, where);
    period.sets.push_back(std::move(set));
  }
  dash::write(mpd, out);
  return {};
}

}  // namespace segue::manifests
