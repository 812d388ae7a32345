// SPDX-License-Identifier: Apache-2.0
// What a multivariant playlist says by itself; hls_variant_rules.cc holds it against the media.
#include <algorithm>
#include <set>

#include "validator/hls_master_rules.h"
#include "validator/presentation_rules.h"

namespace segue::validator {
namespace {

namespace hls = manifests::hls;

bool names_video(const hls::Variant& variant) {
  for (const std::string& codec : split_codecs(variant.codecs)) {
    for (const std::string_view start : {"avc", "hvc", "hev", "av01", "vp09", "dvh", "dva"}) {
      if (codec.starts_with(start)) return true;
    }
  }
  return variant.resolution.has_value();
}

std::string variant_place(const std::string& where, const hls::Variant& variant) { return where + ": " + variant.uri; }

bool has_group(const hls::MultivariantPlaylist& playlist, hls::MediaType type, const std::string& group) {
  return std::any_of(playlist.media.begin(), playlist.media.end(), [&](const hls::Media& m) { return m.type == type && m.group == group; });
}

void judge_stream(const hls::MultivariantPlaylist& playlist, const hls::Variant& variant, const std::string& at, Findings& findings) {
  if (variant.codecs.empty()) findings.add(rules::hls_codecs_missing, at, "no CODECS");
  if (!variant.average_bandwidth) {
    findings.add(rules::hls_average_missing, at, "no AVERAGE-BANDWIDTH");
  } else if (*variant.average_bandwidth > variant.bandwidth) {
    findings.add(rules::hls_average_above, at,
                 "AVERAGE-BANDWIDTH " + std::to_string(*variant.average_bandwidth) + ", BANDWIDTH " + std::to_string(variant.bandwidth));
  }
  if (variant.bandwidth == 0) findings.add(rules::hls_average_above, at, "BANDWIDTH 0");
  const auto group = [&](hls::MediaType type, const std::string& id, const char* attribute) {
    if (!id.empty() && !has_group(playlist, type, id))
      findings.add(rules::hls_group_missing, at, std::string(attribute) + "=\"" + id + '"');
  };
  group(hls::MediaType::audio, variant.audio, "AUDIO");
  group(hls::MediaType::video, variant.video, "VIDEO");
  group(hls::MediaType::subtitles, variant.subtitles, "SUBTITLES");
  if (variant.closed_captions != "NONE") group(hls::MediaType::closed_captions, variant.closed_captions, "CLOSED-CAPTIONS");
}

void judge_media_tags(const hls::MultivariantPlaylist& playlist, const std::string& where, Findings& findings) {
  for (const hls::Media& media : playlist.media) {
    const std::string at = where + ": EXT-X-MEDIA " + media.group + '/' + media.name;
    if (media.language.empty()) findings.add(rules::hls_language, at, "no LANGUAGE");
    if (media.type == hls::MediaType::audio && media.channels.empty()) findings.add(rules::hls_channels, at, "no CHANNELS");
  }
}

// The members of each group of a type, which must be the same in all of them.
void judge_groups(const hls::MultivariantPlaylist& playlist, hls::MediaType type, const std::string& where, Findings& findings) {
  std::map<std::string, std::multiset<std::pair<std::string, std::string>>> groups;
  std::map<std::string, int> defaults;
  for (const hls::Media& media : playlist.media) {
    if (media.type != type) continue;
    groups[media.group].insert({media.language, media.name});
    defaults[media.group] += media.is_default ? 1 : 0;
  }
  for (const auto& [group, members] : groups) {
    if (defaults[group] > 1)
      findings.add(rules::hls_group_default, where + ": group " + group, std::to_string(defaults[group]) + " defaults");
    std::set<std::string> names;
    for (const auto& [language, name] : members) {
      if (name.empty() || !names.insert(name).second)
        findings.add(rules::hls_group_members, where + ": group " + group, "NAME \"" + name + "\" missing or twice");
    }
    if (members != groups.begin()->second) {
      findings.add(rules::hls_group_members, where + ": group " + group, "other members than group " + groups.begin()->first);
    }
  }
}

}  // namespace

void judge_multivariant(const hls::MultivariantPlaylist& playlist, const std::string& where, Findings& findings) {
  if (playlist.variants.empty()) findings.add(rules::hls_no_segments, where, "no variant");
  std::size_t scored = 0, with_video = 0;
  for (const hls::Variant& variant : playlist.variants) {
    const std::string at = variant_place(where, variant);
    judge_stream(playlist, variant, at, findings);
    scored += variant.score_milli ? 1 : 0;
    if (!names_video(variant)) continue;
    ++with_video;
    if (!variant.resolution) findings.add(rules::hls_resolution, at, "no RESOLUTION");
    if (!variant.frame_rate_milli) findings.add(rules::hls_frame_rate, at, "no FRAME-RATE");
  }
  if (scored != 0 && scored != playlist.variants.size()) {
    findings.add(rules::hls_score, where, std::to_string(scored) + " of " + std::to_string(playlist.variants.size()) + " variants have it");
  }
  if (with_video != 0 && with_video != playlist.variants.size()) {
    findings.add(rules::hls_audio_only, where, std::to_string(playlist.variants.size() - with_video) + " variants without video");
  }
  if (with_video != 0 && playlist.i_frames.empty()) findings.add(rules::hls_no_i_frames, where, "no EXT-X-I-FRAME-STREAM-INF");
  judge_media_tags(playlist, where, findings);
  for (const auto type : {hls::MediaType::audio, hls::MediaType::video, hls::MediaType::subtitles, hls::MediaType::closed_captions}) {
    judge_groups(playlist, type, where, findings);
  }
}

}  // namespace segue::validator
