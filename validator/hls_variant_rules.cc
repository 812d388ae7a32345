// SPDX-License-Identifier: Apache-2.0
// A multivariant playlist against the media that it names.
#include <algorithm>
#include <cstdlib>
#include <set>

#include "manifests/codec_names.h"
#include "media/bandwidth.h"
#include "validator/hls_master_rules.h"
#include "validator/presentation_rules.h"

namespace segue::validator {
namespace {

namespace hls = manifests::hls;

// All that a variant may come to play.
struct Parts {
  const LoadedPlaylist* main = nullptr;
  std::vector<const LoadedPlaylist*> audio, text;
  bool main_is_a_sound = false;  // of the audio group: sound alone in several languages, of which one plays
};

Parts parts_of(const hls::MultivariantPlaylist& playlist, const hls::Variant& variant, const PlaylistLookup& find) {
  Parts parts;
  parts.main = find(variant.uri);
  for (const hls::Media& media : playlist.media) {
    if (media.uri.empty()) continue;
    const LoadedPlaylist* loaded = find(media.uri);
    if (loaded == nullptr) continue;
    if (loaded == parts.main) {
      parts.main_is_a_sound |= media.type == hls::MediaType::audio && media.group == variant.audio;
      continue;
    }
    if (media.type == hls::MediaType::audio && media.group == variant.audio) parts.audio.push_back(loaded);
    if (media.type == hls::MediaType::subtitles && media.group == variant.subtitles) parts.text.push_back(loaded);
  }
  return parts;
}

void judge_codecs(const hls::Variant& variant, const Parts& parts, const std::string& at, Findings& findings) {
  std::vector<const LoadedPlaylist*> all = parts.audio;
  all.insert(all.end(), parts.text.begin(), parts.text.end());
  if (parts.main != nullptr) all.push_back(parts.main);
  const std::vector<std::string> declared = split_codecs(variant.codecs);
  if (declared.empty()) return;  // a finding of its own
  std::set<std::string> used;
  for (const LoadedPlaylist* part : all) {
    const auto& init = part->rendition.init;
    if (!init || init->codecs.empty() || init->tracks > 1) return;  // cannot be said: sound and picture in one file, its first track read
    const std::string actual(manifests::spelled(init->codecs, manifests::Manifest::hls));
    if (actual.empty()) continue;
    const auto found = std::find_if(declared.begin(), declared.end(), [&](const std::string& d) { return same_codec(d, actual); });
    if (found == declared.end()) {
      findings.add(rules::hls_codecs_wrong, at, "CODECS=\"" + variant.codecs + "\" lacks " + actual + " of " + part->rendition.refs.name);
    } else {
      used.insert(*found);
    }
  }
  for (const std::string& codec : declared) {
    const bool text = codec == "wvtt" || codec.starts_with("stpp");
    if (!used.contains(codec) && !text)
      findings.add(rules::hls_codecs_wrong, at, "CODECS has " + codec + ", which nothing in the variant is");
  }
}

// Plain WebVTT has no fragments to measure: bytes and EXTINF.
MeasuredRates measure_text(const LoadedPlaylist& text) {
  media::SegmentIndex index;
  for (std::size_t i = 0; i < text.rendition.segments.size(); ++i) {
    const std::int64_t millis = text.rendition.refs.segments[i].duration_us.value_or(0) / 1000;
    index.append(static_cast<std::uint32_t>(std::min<std::uint64_t>(text.rendition.segments[i].bytes, UINT32_MAX)),
                 static_cast<std::uint32_t>(std::clamp<std::int64_t>(millis, 1, UINT32_MAX)));
  }
  const std::uint32_t target = media::target_duration(index, 1000);
  return {media::peak_bandwidth(index, 1000, target), media::average_bandwidth(index, 1000)};
}

MeasuredRates dearest(const std::vector<const LoadedPlaylist*>& parts) {
  MeasuredRates most;
  for (const LoadedPlaylist* part : parts) {
    const MeasuredRates rates =
        part->rendition.refs.init_address.empty() ? measure_text(*part) : measure(part->rendition, part->playlist.target_seconds);
    most.peak = std::max(most.peak, rates.peak);
    most.average = std::max(most.average, rates.average);
  }
  return most;
}

void judge_variant_rates(const hls::Variant& variant, const Parts& parts, const std::string& at, Findings& findings) {
  if (parts.main == nullptr) return;
  MeasuredRates sum = measure(parts.main->rendition, parts.main->playlist.target_seconds);
  if (sum.peak == 0) return;
  const MeasuredRates audio = dearest(parts.audio), text = dearest(parts.text);
  if (parts.main_is_a_sound) {
    sum = {std::max(sum.peak, audio.peak), std::max(sum.average, audio.average)};
  } else {
    sum = {sum.peak + audio.peak, sum.average + audio.average};
  }
  sum = {sum.peak + text.peak, sum.average + text.average};
  judge_rates(variant.bandwidth, variant.average_bandwidth.value_or(0), sum, at, findings);
}

std::string_view range_word(media::VideoRange range) {
  switch (range) {
    case media::VideoRange::sdr: return "SDR";
    case media::VideoRange::hlg: return "HLG";
    case media::VideoRange::pq: return "PQ";
  }
  return {};
}

// Apple 9.2 has the size to be displayed, others write the coded one where pixels are not square.
void judge_resolution(const hls::Variant& variant, const media::VideoFormat& video, const std::string& at, Findings& findings) {
  if (!variant.resolution) return;
  const media::Rational aspect = video.sample_aspect;
  const std::int64_t declared = variant.resolution->width, coded = video.width;
  const std::int64_t shown = aspect.den > 0 ? media::rescale(coded * aspect.num, aspect.den, 1) : coded;
  const bool wide = std::abs(declared - shown) <= 1 || declared == coded;
  if (wide && variant.resolution->height == video.height) return;
  findings.add(rules::hls_resolution, at,
               "RESOLUTION " + std::to_string(declared) + "x" + std::to_string(variant.resolution->height) + ", the picture has " +
                   std::to_string(shown) + "x" + std::to_string(video.height));
}

void judge_picture(const hls::Variant& variant, const Rendition& rendition, const std::string& at, Findings& findings) {
  const media::VideoFormat& video = rendition.init->track.video;
  judge_resolution(variant, video, at, findings);
  if (variant.frame_rate_milli && !rendition.has_frame_rate(*variant.frame_rate_milli / 1000.0)) {
    findings.add(rules::hls_frame_rate, at,
                 "FRAME-RATE " + std::to_string(*variant.frame_rate_milli / 1000.0) + ", the picture has " + rendition.frame_rate_text());
  }
  const std::string_view declared = variant.video_range.empty() ? "SDR" : std::string_view(variant.video_range);
  if (declared != range_word(video.range)) {
    findings.add(rules::hls_video_range, at,
                 "declared " + std::string(declared) + ", the picture is " + std::string(range_word(video.range)));
  }
}

void judge_sound(const hls::Media& media, const InitFacts& init, const std::string& at, Findings& findings) {
  const std::string count = media.channels.substr(0, media.channels.find('/'));
  if (!count.empty() && count != std::to_string(init.track.audio.channels)) {
    findings.add(rules::hls_channels, at,
                 "CHANNELS=\"" + media.channels + "\", the sound has " + std::to_string(init.track.audio.channels));
  }
  const bool lossless = init.is(media::Codec::flac) || init.is(media::Codec::alac);
  if (lossless && !(media.sample_rate && media.bit_depth)) findings.add(rules::hls_lossless, at, "SAMPLE-RATE or BIT-DEPTH is missing");
}

void judge_groups(const hls::MultivariantPlaylist& playlist, const PlaylistLookup& find, const std::string& where, Findings& findings) {
  std::map<std::string, std::set<std::string>> entries;
  for (const hls::Media& media : playlist.media) {
    const LoadedPlaylist* loaded = media.uri.empty() ? nullptr : find(media.uri);
    if (media.type != hls::MediaType::audio || loaded == nullptr || !loaded->rendition.init) continue;
    entries[media.group].insert(loaded->rendition.init->sample_entry);
    if (loaded->rendition.init->known_codec) judge_sound(media, *loaded->rendition.init, where + ": EXT-X-MEDIA " + media.uri, findings);
  }
  for (const auto& [group, codecs] : entries) {
    if (codecs.size() > 1) findings.add(rules::hls_group_codecs, where + ": group " + group, std::to_string(codecs.size()) + " codecs");
  }
}

// RFC 8216bis 6.2.4: dates in all media playlists or in none, I-frames and text included.
void judge_dates(const hls::MultivariantPlaylist& playlist, const PlaylistLookup& find, const std::string& where, Findings& findings) {
  std::set<std::string> dated, undated;
  const auto take = [&](const std::string& uri) {
    const LoadedPlaylist* loaded = uri.empty() ? nullptr : find(uri);
    if (loaded != nullptr) (loaded->is_dated ? dated : undated).insert(uri);
  };
  for (const hls::Variant& variant : playlist.variants) take(variant.uri);
  for (const hls::Variant& variant : playlist.i_frames) take(variant.uri);
  for (const hls::Media& media : playlist.media) take(media.uri);
  if (dated.empty() || undated.empty()) return;
  findings.add(rules::hls_dates_differ, where, *dated.begin() + " has it, " + *undated.begin() + " has not");
}

std::size_t count_of_discontinuities(const hls::MediaPlaylist& playlist) {
  const auto& all = playlist.segments;
  return static_cast<std::size_t>(std::count_if(all.begin(), all.end(), [](const hls::Segment& s) { return s.discontinuity; }));
}

void judge_he_aac(const LoadedPlaylist& loaded, Findings& findings) {
  constexpr std::uint64_t kMost = 64'000, kAverageOffBy = 10;  // Apple 2.4; 1.26 leaves an average 10 %
  const InitFacts& init = *loaded.rendition.init;
  if (init.codecs != "mp4a.40.5" && init.codecs != "mp4a.40.29") return;
  const std::uint64_t average = measure(loaded.rendition, loaded.playlist.target_seconds).average;
  if (average * 100 <= kMost * (100 + kAverageOffBy)) return;
  findings.add(rules::hls_he_aac, loaded.rendition.refs.name, init.codecs + " of " + std::to_string(average) + " bit/s");
}

void judge_cellular(const hls::MultivariantPlaylist& playlist, const std::string& where, Findings& findings) {
  constexpr std::uint64_t kMost = 192'000;
  std::uint64_t lowest = UINT64_MAX;
  for (const hls::Variant& variant : playlist.variants) lowest = std::min(lowest, variant.bandwidth);
  if (lowest <= kMost || lowest == UINT64_MAX) return;
  findings.add(rules::hls_cellular, where, "the lowest BANDWIDTH is " + std::to_string(lowest));
}

// Renditions and target durations of everything that plays together.
void judge_together(const hls::MultivariantPlaylist& playlist, const PlaylistLookup& find, const std::string& where, Findings& findings) {
  std::vector<Switchable> renditions;
  const LoadedPlaylist* first = nullptr;
  std::set<const LoadedPlaylist*> seen;
  bool any_sound = false, any_aac = false, any_picture = false;
  const auto take = [&](const std::string& uri) {
    const LoadedPlaylist* loaded = uri.empty() ? nullptr : find(uri);
    if (loaded == nullptr || !seen.insert(loaded).second || !loaded->rendition.init) return;
    const InitFacts& init = *loaded->rendition.init;
    any_sound |= init.is_audio();
    any_aac |= init.is(media::Codec::aac);
    any_picture |= init.is_video();
    if (!init.is_audio() && !init.is_video()) return;
    renditions.push_back({&loaded->rendition, init.is_video() ? 1u : 0u});
    if (first == nullptr) first = loaded;
    if (loaded->playlist.target_seconds != first->playlist.target_seconds) {
      findings.add(rules::hls_target_differs, loaded->rendition.refs.name,
                   std::to_string(loaded->playlist.target_seconds) + ", elsewhere " + std::to_string(first->playlist.target_seconds));
    }
    const std::size_t breaks = count_of_discontinuities(loaded->playlist), expected = count_of_discontinuities(first->playlist);
    if (breaks != expected) {
      findings.add(rules::hls_breaks_differ, loaded->rendition.refs.name,
                   std::to_string(breaks) + ", elsewhere " + std::to_string(expected));
    }
    judge_he_aac(*loaded, findings);
    if (!playlist.independent_segments && !loaded->playlist.independent_segments) {
      findings.add(rules::hls_independent, loaded->rendition.refs.name, "neither here nor in the multivariant playlist");
    }
  };
  for (const hls::Variant& variant : playlist.variants) take(variant.uri);
  for (const hls::Media& media : playlist.media) take(media.uri);
  if (any_sound && !any_picture) judge_cellular(playlist, where, findings);
  if (any_sound && !any_aac) findings.add(rules::hls_no_aac, where, "no AAC rendition");
  judge_alignment(renditions, first == nullptr ? 1 : first->playlist.target_seconds, findings);
}

// An I-frame variant's rates come from its own ranges (Bento4#272: not the video's).
void judge_i_frame_variant(const hls::Variant& variant, const LoadedPlaylist& loaded, const std::string& at, Findings& findings) {
  if (loaded.rendition.init && loaded.rendition.init->is_video()) {
    judge_resolution(variant, loaded.rendition.init->track.video, at, findings);
  }
  std::uint64_t peak = 0;
  for (const hls::Segment& picture : loaded.playlist.segments) {
    if (picture.range && picture.duration_us > 0) {
      peak = std::max(peak, picture.range->length * 8'000'000 / static_cast<std::uint64_t>(picture.duration_us));
    }
  }
  if (peak != 0 && (peak * 10 > variant.bandwidth * 11 || peak * 10 < variant.bandwidth * 9)) {
    findings.add(rules::peak_rate, at, "declared " + std::to_string(variant.bandwidth) + ", measured " + std::to_string(peak));
  }
}

}  // namespace

void judge_variants(const hls::MultivariantPlaylist& playlist, const PlaylistLookup& find, const std::string& where, Findings& findings) {
  for (const hls::Variant& variant : playlist.variants) {
    const std::string at = where + ": " + variant.uri;
    const Parts parts = parts_of(playlist, variant, find);
    judge_codecs(variant, parts, at, findings);
    judge_variant_rates(variant, parts, at, findings);
    const bool picture = parts.main != nullptr && parts.main->rendition.init && parts.main->rendition.init->is_video();
    if (picture) judge_picture(variant, parts.main->rendition, at, findings);
  }
  for (const hls::Variant& variant : playlist.i_frames) {
    if (const LoadedPlaylist* loaded = find(variant.uri)) judge_i_frame_variant(variant, *loaded, where + ": " + variant.uri, findings);
  }
  judge_groups(playlist, find, where, findings);
  judge_dates(playlist, find, where, findings);
  judge_together(playlist, find, where, findings);
}

}  // namespace segue::validator
