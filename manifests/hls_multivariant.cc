// SPDX-License-Identifier: Apache-2.0
// Presentation → multivariant playlist. Its size follows the number of renditions, never the asset's length.
#include <algorithm>

#include "manifests/codec_names.h"
#include "manifests/hls.h"
#include "manifests/hls_writer.h"
#include "manifests/text.h"
#include "manifests/variants.h"

namespace segue::manifests {
namespace {

using media::Presentation;
using media::Track;

constexpr std::uint32_t kVersion = 6;
constexpr std::string_view kTextGroup = "text";

std::string playlist_url(const Presentation& presentation, const Addressing& where, const Track& track, std::string_view suffix) {
  std::string url;
  append_playlist_url(url, presentation, where, track.rendition.id, suffix);
  return url;
}

// RFC 8216bis 4.4.6.1: NAME is unique in its group.
std::string unique_name(const Track& track, std::string_view group, const std::vector<hls::Media>& others) {
  const media::TrackConfig& config = track.rendition.track;
  // The same in every group (4.4.6.1.1), so nothing of the codec may be in it.
  const std::string& wanted = !config.label.empty() ? config.label : config.language != "und" ? config.language : track.rendition.role;
  std::string name = wanted;
  const auto taken = [&](const hls::Media& m) { return m.group == group && m.name == name; };
  for (int n = 2; std::any_of(others.begin(), others.end(), taken); ++n) name = wanted + ' ' + std::to_string(n);
  return name;
}

// Apple's media characteristics for the roles of DASH (23009-1 5.8.5.5).
std::string_view characteristics(std::string_view role) {
  if (role == "caption") return "public.accessibility.transcribes-spoken-dialog,public.accessibility.describes-music-and-sound";
  if (role == "description") return "public.accessibility.describes-video";
  if (role == "easyreader") return "public.easy-to-read";
  return {};
}

hls::Media media_of(const Track& track, hls::MediaType type, std::string_view group, const std::vector<hls::Media>& others) {
  const media::Rendition& rendition = track.rendition;
  hls::Media made;
  made.type = type;
  made.group = group;
  made.name = unique_name(track, group, others);
  made.language = rendition.track.language;
  made.forced = rendition.forced;
  made.characteristics = characteristics(rendition.role);
  // A commentary is chosen by a person only; what DEFAULT or a language asks for must be AUTOSELECT (4.4.6.1).
  made.autoselect = rendition.role != "commentary";
  return made;
}

void add_audio_group(const Presentation& presentation, const Addressing& where, const AudioGroup& group, std::vector<hls::Media>& to) {
  for (const Track* track : group.tracks) {
    const media::AudioFormat& format = track->rendition.track.audio;
    hls::Media made = media_of(*track, hls::MediaType::audio, group.main().rendition.id, to);
    made.is_default = track == group.tracks.front();
    made.autoselect |= made.is_default;
    append_number(made.channels, format.channels);
    if (format.bit_depth != 0) {
      made.sample_rate = format.sample_rate;
      made.bit_depth = format.bit_depth;
    }
    made.uri = playlist_url(presentation, where, *track, kPlaylistSuffix);
    to.push_back(std::move(made));
  }
}

void add_text(const Presentation& presentation, const Addressing& where, const Combinations& from, std::vector<hls::Media>& to) {
  bool has_default = false;
  for (const Track* track : from.text) {
    hls::Media made = media_of(*track, hls::MediaType::subtitles, kTextGroup, to);
    made.is_default = track->rendition.is_default && !has_default;
    has_default |= made.is_default;
    made.uri = playlist_url(presentation, where, *track, kPlaylistSuffix);
    to.push_back(std::move(made));
  }
}

void add_codec(std::string& codecs, std::string_view rfc6381) {
  const std::string_view name = spelled(rfc6381, Manifest::hls);
  const bool known = (',' + codecs + ',').find(',' + std::string(name) + ',') != std::string::npos;
  if (name.empty() || known) return;
  if (!codecs.empty()) codecs += ',';
  codecs += name;
}

std::uint32_t frame_rate_milli(media::Rational rate) { return static_cast<std::uint32_t>(media::ticks_at(rate, 1000)); }

std::string_view range_word(media::VideoRange range) {
  switch (range) {
    case media::VideoRange::sdr: return "SDR";
    case media::VideoRange::hlg: return "HLG";
    case media::VideoRange::pq: return "PQ";
  }
  return {};
}

// What a variant and an I-frame variant say of their picture. VIDEO-RANGE unless all is SDR (Apple 9.16).
void describe_picture(const media::VideoFormat& video, bool any_hdr, hls::Variant& to) {
  const media::Rational aspect = video.sample_aspect;
  const auto width = media::rescale(std::int64_t{video.width} * aspect.num, aspect.den, 1);  // as it is to be displayed
  to.resolution = hls::Resolution{static_cast<std::uint32_t>(width), video.height};
  if (any_hdr) to.video_range = range_word(video.range);
}

hls::Variant variant_of(const Presentation& presentation, const Addressing& where, const Combination& from, const Combinations& all,
                        bool any_hdr) {
  const Track& main = from.video != nullptr ? *from.video : from.audio->main();
  hls::Variant made;
  made.uri = playlist_url(presentation, where, main, kPlaylistSuffix);
  made.bandwidth = from.bandwidth;
  made.average_bandwidth = from.average_bandwidth;
  made.score_milli = from.rank * 1000;
  if (from.video != nullptr) {
    const media::VideoFormat& video = from.video->rendition.track.video;
    add_codec(made.codecs, from.video->rendition.codecs);
    describe_picture(video, any_hdr, made);
    if (video.frame_rate.num > 0) made.frame_rate_milli = frame_rate_milli(video.frame_rate);
    made.closed_captions = "NONE";
  }
  if (from.audio != nullptr) {
    for (const Track* track : from.audio->tracks) add_codec(made.codecs, track->rendition.codecs);
    if (all.grouped) made.audio = from.audio->main().rendition.id;
  }
  for (const Track* track : all.text) add_codec(made.codecs, track->rendition.codecs);
  if (!all.text.empty()) made.subtitles = kTextGroup;
  return made;
}

struct Rates {
  std::uint64_t peak = 0, average = 0;
};

// Of an I-frame playlist: its segments are single pictures, each standing for its whole segment's time (not the video's own rate,
// Bento4#272).
Rates i_frame_rates(const Track& track) {
  Rates rates;
  std::uint64_t bytes = 0;
  const std::uint64_t bits = std::uint64_t{track.rendition.track.timescale} * 8;
  for (auto segment = track.segments.walk(); !segment.done() && segment.number() < track.i_frames.size(); segment.next()) {
    bytes += track.i_frames[segment.number()];
    if (segment->duration != 0)
      rates.peak = std::max(rates.peak, (track.i_frames[segment.number()] * bits + segment->duration - 1) / segment->duration);
  }
  const auto total = static_cast<std::uint64_t>(track.segments.end() - track.segments.start());
  if (total != 0)
    rates.average =
        std::min(rates.peak, static_cast<std::uint64_t>(media::rescale(static_cast<media::Ticks>(bytes * 8),
                                                                       static_cast<std::int64_t>(total), track.rendition.track.timescale)));
  return rates;
}

void add_i_frames(const Presentation& presentation, const Addressing& where, const Combinations& from, bool any_hdr,
                  std::uint64_t max_bandwidth, hls::MultivariantPlaylist& to) {
  for (const Track* track : from.video) {
    if (track->i_frames.empty()) continue;
    const Rates rates = i_frame_rates(*track);
    if (rates.peak > max_bandwidth) continue;
    hls::Variant made;
    made.uri = playlist_url(presentation, where, *track, kIFrameSuffix);
    made.bandwidth = rates.peak;
    made.average_bandwidth = rates.average;
    add_codec(made.codecs, track->rendition.codecs);
    describe_picture(track->rendition.track.video, any_hdr, made);
    to.i_frames.push_back(std::move(made));
  }
}

}  // namespace

Result<void> print_multivariant(const Presentation& presentation, const Addressing& where, const Filter& filter, std::string& out) {
  const auto tracks = select(presentation, filter);
  if (!tracks) return tracks.error();
  const Combinations combinations = combine(*tracks, filter.max_bandwidth_bps);
  if (combinations.all.empty()) return Error{"max_bandwidth: no combination of renditions is left"};

  const bool any_hdr = std::any_of(combinations.video.begin(), combinations.video.end(),
                                   [](const Track* t) { return t->rendition.track.video.range != media::VideoRange::sdr; });
  hls::MultivariantPlaylist playlist;
  playlist.version = kVersion;
  playlist.independent_segments = true;
  if (combinations.grouped) {
    for (const AudioFamily& family : combinations.families) {
      for (const AudioGroup& group : family) {
        const bool used =
            std::any_of(combinations.all.begin(), combinations.all.end(), [&](const Combination& c) { return c.audio == &group; });
        if (used) add_audio_group(presentation, where, group, playlist.media);
      }
    }
  }
  add_text(presentation, where, combinations, playlist.media);
  for (const Combination& one : combinations.all) playlist.variants.push_back(variant_of(presentation, where, one, combinations, any_hdr));
  add_i_frames(presentation, where, combinations, any_hdr, filter.max_bandwidth_bps, playlist);
  hls::write(playlist, out);
  return {};
}

}  // namespace segue::manifests
