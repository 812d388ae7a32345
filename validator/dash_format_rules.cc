// SPDX-License-Identifier: Apache-2.0
#include "validator/dash_format_rules.h"

#include "manifests/channels.h"
#include "manifests/hls_lines.h"
#include "validator/presentation_rules.h"

namespace segue::validator {
namespace {

namespace dash = manifests::dash;

// The two places where each attribute may stand (5.3.7).
struct Declared {
  const dash::Common &inner, &outer;
  const std::string& text(std::string dash::Common::*field) const { return (inner.*field).empty() ? outer.*field : inner.*field; }
  std::uint32_t number(std::uint32_t dash::Common::*field) const { return inner.*field != 0 ? inner.*field : outer.*field; }
};

// "30000/1001", "16:9", "25". nullopt: no such ratio.
std::optional<media::Rational> ratio_of(std::string_view text, char between) {
  const std::size_t at = text.find(between);
  const auto num = manifests::hls::parse_integer(text.substr(0, at));
  const auto den = at == std::string_view::npos ? std::optional<std::uint64_t>(1) : manifests::hls::parse_integer(text.substr(at + 1));
  if (!num || !den || *den == 0 || *num > UINT32_MAX || *den > UINT32_MAX) return std::nullopt;
  return media::Rational{static_cast<std::int64_t>(*num), static_cast<std::int64_t>(*den)};
}

void judge_kind(const LoadedRepresentation& one, const Declared& declared, Findings& findings) {
  const InitFacts& init = *one.rendition.init;
  if (init.tracks != 1 || !(init.is_audio() || init.is_video())) return;
  const std::string kind = init.is_video() ? "video" : "audio";
  const std::string &mime = declared.text(&dash::Common::mime_type), &content = one.dash.set->content_type;
  if (!mime.empty() && mime != kind + "/mp4") {
    findings.add(rules::mpd_mime_type, one.dash.refs.name, "expected @mimeType " + kind + "/mp4, found " + mime);
  }
  if (!content.empty() && content != kind) {
    findings.add(rules::mpd_mime_type, one.dash.refs.name, "expected @contentType " + kind + ", found " + content);
  }
}

void judge_sound(const LoadedRepresentation& one, const Declared& declared, Findings& findings) {
  const media::AudioFormat& audio = one.rendition.init->track.audio;
  const std::string& at = one.dash.refs.name;
  const auto& configurations =
      declared.inner.channel_configurations.empty() ? declared.outer.channel_configurations : declared.inner.channel_configurations;
  for (const dash::Descriptor& descriptor : configurations) {
    const std::uint32_t channels = manifests::channel_count(descriptor);
    if (channels != 0 && channels != audio.channels) {
      findings.add(rules::mpd_channels, at,
                   "declared " + std::to_string(channels) + " channels, the sound has " + std::to_string(audio.channels));
    }
  }
  const std::string& rate = declared.text(&dash::Common::audio_sampling_rate);
  if (!rate.empty() && audio.sample_rate != 0 && rate != std::to_string(audio.sample_rate)) {
    findings.add(rules::mpd_sampling_rate, at, "declared " + rate + ", the sound has " + std::to_string(audio.sample_rate));
  }
}

void judge_picture(const LoadedRepresentation& one, const Declared& declared, Findings& findings) {
  const media::VideoFormat& video = one.rendition.init->track.video;
  const std::string& at = one.dash.refs.name;
  const std::uint32_t width = declared.number(&dash::Common::width), height = declared.number(&dash::Common::height);
  if (width != video.width || height != video.height) {
    findings.add(rules::mpd_picture, at,
                 "declared " + std::to_string(width) + " x " + std::to_string(height) + ", the picture has " + std::to_string(video.width) +
                     " x " + std::to_string(video.height));
  }
  const std::string& sar = declared.text(&dash::Common::sar);
  const auto aspect = ratio_of(sar, ':');
  const media::Rational real = video.sample_aspect;
  if (!sar.empty() && one.rendition.init->has_pasp && (!aspect || aspect->num * real.den != real.num * aspect->den)) {
    findings.add(rules::mpd_sar, at, "declared " + sar + ", the picture has " + std::to_string(real.num) + ':' + std::to_string(real.den));
  }
  const std::string& frames = declared.text(&dash::Common::frame_rate);
  const auto rate = ratio_of(frames, '/');
  if (frames.empty()) return;
  if (!rate || !one.rendition.has_frame_rate(static_cast<double>(rate->num) / static_cast<double>(rate->den))) {
    findings.add(rules::mpd_frame_rate, at, "declared " + frames + ", the picture has " + one.rendition.frame_rate_text());
  }
}

}  // namespace

void judge_format(const LoadedRepresentation& one, Findings& findings) {
  const InitFacts& init = *one.rendition.init;
  const Declared declared{one.dash.representation->common, one.dash.set->common};
  const std::string& codecs = declared.text(&dash::Common::codecs);
  if (!codecs.empty() && !init.codecs.empty() && !same_codec(codecs, init.codecs)) {
    findings.add(rules::mpd_codecs, one.dash.refs.name, "declared " + codecs + ", the init segment has " + init.codecs);
  }
  judge_kind(one, declared, findings);
  if (init.is_audio()) judge_sound(one, declared, findings);
  if (init.is_video()) judge_picture(one, declared, findings);
}

}  // namespace segue::validator
