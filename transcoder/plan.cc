// SPDX-License-Identifier: Apache-2.0
// Which rungs of a ladder a source gets. Rules, all in docs/formats/ladder.md: never more channels, pixels or pictures a second than the
// source has; of a lossy source the rungs below its own bit rate and the next one above it; surround keeps renditions of its own beside a
// stereo downmix.
#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <set>

#include "transcoder/ladder.h"
#include "transcoder/plan_video.h"

namespace segue::transcoder {
namespace {

using media::Codec;
using media::TrackKind;

// Speaker bits of WAVE and FFmpeg.
constexpr std::uint64_t kMono = 0x4, kStereo = 0x3, k30 = 0x7, kQuad = 0x33, kQuadSide = 0x603, kSurround51 = 0x3F, kSurround71 = 0x63F;

struct Layout {
  std::uint32_t channels;
  std::uint64_t mask;
  const char* suffix;   // of group and id
  double rate_percent;  // of a stereo rung's bit rate
};
constexpr Layout kLayoutMono{1, kMono, "", 60};
constexpr Layout kLayoutStereo{2, kStereo, "", 100};
constexpr Layout kLayout30{3, k30, "-3ch", 150};
constexpr Layout kLayoutQuad{4, kQuad, "-4ch", 200};
constexpr Layout kLayout51{6, kSurround51, "-51", 250};
constexpr Layout kLayout71{8, kSurround71, "-71", 330};

// What is kept beside the stereo downmix. Three and four channels only as they are, where the codec knows that order (ISO/IEC 14496-3 table
// 1.19, RFC 7845 5.1.1.2): in a 5.1 rung the rest would be silence that is paid for. 2.1 is known to neither.
const Layout* surround_of(const media::AudioFormat& audio, Codec codec) {
  if (audio.channels < 3) return nullptr;
  if (audio.channels == 3) return audio.channel_mask == k30 ? &kLayout30 : nullptr;
  const bool is_quad = audio.channel_mask == kQuad || audio.channel_mask == kQuadSide;
  if (audio.channels == 4) return codec == Codec::opus && is_quad ? &kLayoutQuad : nullptr;
  // A decoder may read AAC's channel configuration 7 as front-wide, so 7.1 is folded to 5.1 there.
  return audio.channels > 7 && codec == Codec::opus ? &kLayout71 : &kLayout51;
}

constexpr std::array<std::uint32_t, 10> kAacRates = {7350, 8000, 11025, 12000, 16000, 22050, 24000, 32000, 44100, 48000};

// AAC at the source's rate up to 48 kHz: higher rates spend bits on what nobody hears, and hls.js, Chromium and phones resample them
// anyway.
std::uint32_t aac_rate(std::uint32_t source) {
  if (source > 48000) return source % 44100 == 0 ? 44100 : 48000;
  for (const std::uint32_t rate : kAacRates) {
    if (rate >= source) return rate;
  }
  return 48000;
}

std::uint32_t scaled(std::uint32_t bit_rate, const Layout& layout) {
  return static_cast<std::uint32_t>(std::lround(bit_rate * layout.rate_percent / 100.0 / 8000.0)) * 8000;
}

// 6144 bits a channel in 1024 samples is the AAC bit reservoir's limit (ISO/IEC 14496-3 4.5.3.2).
std::uint32_t aac_ceiling(std::uint32_t sample_rate, std::uint32_t channels) { return 6144u * channels * (sample_rate / 8u) / 128u; }

std::uint32_t kbit(std::uint32_t bits) { return (bits + 500) / 1000; }

struct AudioStream {
  const SourceStream& stream;
  std::string suffix;  // "", "-fr"
  std::string label;
  bool is_default;
};

class AudioPlanner {
 public:
  AudioPlanner(const Ladder& ladder, std::vector<RenditionPlan>& plans) : ladder_(ladder), plans_(plans) {}

  void plan(const AudioStream& source) {
    const std::uint32_t channels = source.stream.audio.channels;
    const Layout& main = channels == 1 ? kLayoutMono : kLayoutStereo;
    for (const Codec codec : {Codec::aac, Codec::opus}) {
      lossy(source, codec, main);
      if (const Layout* surround = surround_of(source.stream.audio, codec)) lossy(source, codec, *surround);
    }
    pass_through(source);
    lossless(source);
  }

 private:
  RenditionPlan base(const AudioStream& source, Codec codec, std::uint32_t sample_rate) const {
    RenditionPlan plan;
    plan.stream = source.stream.index;
    plan.rung.codec = codec;
    plan.grid = ladder_.grid;
    plan.is_default = source.is_default;
    if (!source.stream.role.empty()) plan.role = source.stream.role;
    plan.track.codec = codec;
    plan.track.timescale = sample_rate;
    plan.track.language = source.stream.language;
    plan.track.label = source.label;
    plan.track.audio.sample_rate = sample_rate;
    return plan;
  }

  void lossy(const AudioStream& source, Codec codec, const Layout& layout) {
    const std::uint32_t rate = codec == Codec::opus ? 48000 : aac_rate(source.stream.audio.sample_rate);
    std::vector<std::uint32_t> rungs = rungs_of(codec, layout, rate);
    const std::int64_t own = source.stream.lossless ? 0 : source.stream.bit_rate;
    // What the source has, for as many channels as this rendition keeps.
    const double limit = static_cast<double>(own) * std::min(1.0, layout.rate_percent / source_percent(source.stream));
    for (const std::uint32_t bits : rungs) {
      RenditionPlan plan = base(source, codec, rate);
      plan.rung.bit_rate = bits;
      plan.track.audio.channels = layout.channels;
      plan.track.audio.channel_mask = layout.mask;
      plan.group = std::string(media::name_of(codec)) + layout.suffix + source.suffix;
      plan.id = std::string(media::name_of(codec)) + "-" + std::to_string(kbit(bits)) + layout.suffix + source.suffix;
      plans_.push_back(std::move(plan));
      if (own > 0 && bits >= limit * 0.95) break;  // this was the next rung above the source's own quality
    }
  }

  static double source_percent(const SourceStream& stream) {
    switch (stream.audio.channels) {
      case 1: return kLayoutMono.rate_percent;
      case 2: return kLayoutStereo.rate_percent;
      case 3: return kLayout30.rate_percent;
      case 4: return kLayoutQuad.rate_percent;
      default: return stream.audio.channels > 7 ? kLayout71.rate_percent : kLayout51.rate_percent;
    }
  }

  // Ascending, each once, under the codec's ceiling; surround only from the rungs that are worth it.
  std::vector<std::uint32_t> rungs_of(Codec codec, const Layout& layout, std::uint32_t sample_rate) const {
    std::vector<std::uint32_t> rungs;
    const std::uint32_t ceiling = codec == Codec::aac ? aac_ceiling(sample_rate, layout.channels) : 256'000 * layout.channels;
    for (const Rung& rung : ladder_.rungs) {
      if (rung.codec != codec) continue;
      if (layout.channels > 2 && rung.bit_rate < 96'000) continue;
      rungs.push_back(std::min(scaled(rung.bit_rate, layout), ceiling / 1000 * 1000));
    }
    std::sort(rungs.begin(), rungs.end());
    rungs.erase(std::unique(rungs.begin(), rungs.end()), rungs.end());
    return rungs;
  }

  // A source that is already what a player wants goes through untouched, in a group of its own: its frame grid and priming are not ours.
  void pass_through(const AudioStream& source) {
    static const std::map<std::string, std::pair<Codec, const char*>> kCodecs = {
        {"aac", {Codec::aac, "aac"}}, {"ac3", {Codec::ac3, "ac3"}}, {"eac3", {Codec::eac3, "eac3"}}, {"alac", {Codec::alac, "alac"}}};
    const auto found = kCodecs.find(source.stream.codec);
    if (found == kCodecs.end() || !source.stream.copyable) return;
    const auto [codec, name] = found->second;
    const bool wanted = codec == Codec::aac    ? at_a_rung(source.stream)
                        : codec == Codec::alac ? has(Codec::flac)
                                               : source.stream.audio.channels > 2 || at_a_rung(source.stream);
    if (!wanted) return;
    RenditionPlan plan = base(source, codec, source.stream.audio.sample_rate);
    plan.copy = true;
    plan.rung.bit_rate = static_cast<std::uint32_t>(source.stream.bit_rate);
    plan.track.audio = source.stream.audio;
    const bool high_efficiency = codec == Codec::aac && source.stream.profile.starts_with("HE");
    plan.group = std::string(name) + (codec == Codec::aac ? (high_efficiency ? "-he-source" : "-source") : "") + source.suffix;
    plan.id = plan.group;
    plans_.push_back(std::move(plan));
  }

  // Within 12 % of a rung of either lossy codec: the re-encoded rung would be no smaller, only worse.
  bool at_a_rung(const SourceStream& stream) const {
    return std::any_of(ladder_.rungs.begin(), ladder_.rungs.end(), [&](const Rung& rung) {
      return rung.codec == Codec::aac && std::abs(static_cast<double>(stream.bit_rate) / rung.bit_rate - 1) < 0.12;
    });
  }

  bool has(Codec codec) const {
    return std::any_of(ladder_.rungs.begin(), ladder_.rungs.end(), [&](const Rung& rung) { return rung.codec == codec; });
  }

  void lossless(const AudioStream& source) {
    const media::AudioFormat& audio = source.stream.audio;
    if (!source.stream.lossless || !has(Codec::flac) || audio.channels > 8 || audio.sample_rate > 655350) return;
    RenditionPlan plan = base(source, Codec::flac, audio.sample_rate);
    plan.track.audio = audio;
    plan.track.audio.bit_depth = audio.bit_depth > 16 ? 24 : 16;
    plan.group = plan.id = "flac" + source.suffix;
    plans_.push_back(std::move(plan));
  }

  const Ladder& ladder_;
  std::vector<RenditionPlan>& plans_;
};

// In HLS a line of sound is told by its language and name alone: a second nameless one of the same language (a recorder's microphone beside
// its desktop) would be taken for more rungs of the first, and a player would switch from one to the other.
std::string name_of_its_own(const SourceStream& stream, std::set<std::pair<std::string, std::string>>& taken) {
  std::string label = stream.label;
  const std::string base = !label.empty() ? label : stream.language != "und" ? stream.language : "Track";
  for (int n = 2; !taken.emplace(stream.language, label).second; ++n) label = base + ' ' + std::to_string(n);
  return label;
}

// "" for the stream that plays by itself, "-fr" for another language, "-fr-2" where it comes twice.
std::vector<AudioStream> audio_streams(const SourceInfo& source) {
  std::vector<const SourceStream*> found;
  for (const SourceStream& stream : source.streams) {
    if (stream.kind == TrackKind::audio) found.push_back(&stream);
  }
  // Every track of some films is marked as the default; a commentary is it where there is nothing else.
  const auto rank = [](const SourceStream* stream) {
    return std::pair(stream->role == "commentary" || stream->role == "description", !stream->is_default);
  };
  std::stable_sort(found.begin(), found.end(), [&](const SourceStream* a, const SourceStream* b) { return rank(a) < rank(b); });
  std::vector<AudioStream> streams;
  std::set<std::string> suffixes;
  std::set<std::pair<std::string, std::string>> names;
  for (const SourceStream* stream : found) {
    const std::string language = streams.empty() ? "" : "-" + id_part(stream->language);
    std::string suffix = language;
    for (int n = 2; !suffixes.insert(suffix).second; ++n) suffix = language + '-' + std::to_string(n);
    streams.push_back({*stream, suffix, name_of_its_own(*stream, names), streams.empty()});
  }
  return streams;
}

void plan_text(const SourceInfo& source, const Ladder& ladder, std::vector<RenditionPlan>& plans) {
  std::set<std::string> seen;
  for (const SourceStream& stream : source.streams) {
    if (stream.kind != TrackKind::text) continue;
    RenditionPlan plan;
    plan.id = "text-" + id_part(stream.language) + (stream.forced ? "-forced" : "");
    const std::string wanted = plan.id;
    for (int n = 2; !seen.insert(plan.id).second; ++n) plan.id = wanted + '-' + std::to_string(n);
    plan.group = plan.id;
    plan.stream = stream.index;
    plan.rung.codec = plan.track.codec = Codec::webvtt;
    plan.track.timescale = 1000;
    plan.track.language = stream.language;
    plan.track.label = stream.label;
    plan.grid = ladder.grid;
    plan.is_default = stream.is_default;
    plan.forced = stream.forced;
    plan.role = stream.role.empty() ? "subtitle" : stream.role;
    plans.push_back(std::move(plan));
  }
}

// Each is a thread or more. Discs hold 32 of either; films for the whole world have subtitles in 60 languages.
constexpr std::ptrdiff_t kMostSounds = 32, kMostTexts = 128;

Result<void> check_counts(const SourceInfo& source) {
  const auto count = [&](TrackKind kind) {
    return std::count_if(source.streams.begin(), source.streams.end(), [&](const SourceStream& stream) { return stream.kind == kind; });
  };
  const auto sounds = count(TrackKind::audio), texts = count(TrackKind::text);
  if (sounds <= kMostSounds && texts <= kMostTexts) return {};
  return Error{source.path + ": expected up to 32 streams of sound and 128 of text, found " + std::to_string(sounds) + " and " +
               std::to_string(texts)};
}

}  // namespace

std::string id_part(std::string_view language) {
  std::string part;
  for (const char c : language.substr(0, 16)) part += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  return part;
}

Result<std::vector<RenditionPlan>> plan_ladder(const SourceInfo& source, const Ladder& ladder) {
  if (auto counted = check_counts(source); !counted) return counted.error();
  std::vector<RenditionPlan> plans;
  AudioPlanner planner(ladder, plans);
  for (const AudioStream& stream : audio_streams(source)) planner.plan(stream);
  plan_video(source, ladder, plans);
  if (plans.empty()) {
    return Error{source.path + ": expected audio or video that ladder " + ladder.name + " has rungs for, found " +
                 std::to_string(source.streams.size()) + " streams and none of them fits"};
  }
  plan_text(source, ladder, plans);
  return plans;
}

Result<std::vector<RenditionPlan>> plan_album(std::span<const SourceInfo> sources, const Ladder& ladder) {
  SourceInfo shared;
  bool same_format = true;
  for (const SourceInfo& source : sources) {
    const std::vector<AudioStream> streams = audio_streams(source);
    if (streams.empty()) return Error{source.path + ": expected audio for an album, found none"};
    const SourceStream& stream = streams.front().stream;
    if (shared.streams.empty()) {
      shared.path = source.path;
      shared.streams.push_back(stream);
      shared.streams[0].copyable = false;
      continue;
    }
    SourceStream& best = shared.streams[0];
    same_format = same_format && stream.audio.sample_rate == best.audio.sample_rate && stream.audio.channels == best.audio.channels &&
                  (stream.audio.bit_depth > 16) == (best.audio.bit_depth > 16);
    best.lossless = best.lossless && stream.lossless;
    best.bit_rate = best.bit_rate == 0 || stream.bit_rate == 0 ? 0 : std::max(best.bit_rate, stream.bit_rate);
    if (stream.audio.sample_rate != best.audio.sample_rate) best.audio.sample_rate = 48000;
    if (stream.audio.channels > best.audio.channels)
      best.audio = {best.audio.sample_rate, stream.audio.channels, stream.audio.channel_mask, best.audio.bit_depth};
  }
  if (shared.streams.empty()) return Error{"expected at least one file for an album, found none"};
  auto plans = plan_ladder(shared, ladder);
  if (plans && !same_format) std::erase_if(*plans, [](const RenditionPlan& plan) { return plan.rung.codec == Codec::flac; });
  return plans;
}

}  // namespace segue::transcoder
