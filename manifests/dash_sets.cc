// SPDX-License-Identifier: Apache-2.0
#include "manifests/dash_sets.h"

#include <algorithm>

#include "manifests/channels.h"
#include "manifests/codec_names.h"
#include "manifests/text.h"
#include "manifests/variants.h"

namespace segue::manifests {
namespace {

using media::Track;
using media::TrackKind;

constexpr std::string_view kRoleScheme = "urn:mpeg:dash:role:2011";

TrackKind kind_of(const Track& track) { return media::kind_of(track.rendition.track.codec); }

// Apart from what the ladder separates, a set never mixes codecs, languages, layouts or roles (IOP).
bool one_set(const Track& a, const Track& b) {
  const media::Rendition &x = a.rendition, &y = b.rendition;
  return x.group == y.group && x.track.codec == y.track.codec && x.track.language == y.track.language && x.track.label == y.track.label &&
         x.role == y.role && x.forced == y.forced && x.track.audio.channels == y.track.audio.channels &&
         x.track.audio.channel_mask == y.track.audio.channel_mask && x.track.video.range == y.track.video.range;
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

}  // namespace

bool one_timeline(const Track& a, const Track& b) {
  if (a.rendition.track.timescale != b.rendition.track.timescale || a.segments.size() != b.segments.size()) return false;
  if (a.segments.start() != b.segments.start() || a.segments.end() != b.segments.end()) return false;
  auto other = b.segments.walk();
  for (auto segment = a.segments.walk(); !segment.done(); segment.next(), other.next()) {
    if (segment->duration != other->duration) return false;
  }
  return true;
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

dash::AdaptationSet set_of(const Track& first, Access access, bool any_sdr) {
  const media::Rendition& rendition = first.rendition;
  dash::AdaptationSet set;
  set.content_type = content_type(kind_of(first));
  set.common.mime_type = mime_type(kind_of(first));
  if (kind_of(first) != TrackKind::video || rendition.track.language != "und") set.lang = rendition.track.language;
  set.label = rendition.track.label;
  set.selection_priority = selection_priority(first);
  if (access == Access::index) {
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

// Never rounded down: players cut what lies beyond (dash.js by an append window 10 ms after the end). A decoder drops Opus' pre-skip
// without moving time, so its programme ends that much later on the clock: 6.5 ms in a track of its own, 80 ms and more in a later track of
// an album, of which dash.js 5.2.1 would lose the last 70.
std::int64_t end_us_of(const media::Presentation& presentation, const TrackList& tracks) {
  constexpr std::int64_t kMicros = 1'000'000, kKeptByPlayers = 10'000;
  std::int64_t later = 0;
  for (const Track* track : tracks) {
    const media::TrackConfig& config = track->rendition.track;
    if (config.codec == media::Codec::opus)
      later = std::max(later, media::rescale(config.lead_in, config.timescale, kMicros, media::Round::up));
  }
  return media::ticks_at(presentation.duration, kMicros, media::Round::up) + (later > kKeptByPlayers ? later : 0);
}

}  // namespace segue::manifests
