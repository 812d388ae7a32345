// SPDX-License-Identifier: Apache-2.0
#include "manifests/variants.h"

#include <algorithm>
#include <tuple>

#include "manifests/plain_text.h"

namespace segue::manifests {
namespace {

using media::Codec;
using media::Track;
using media::TrackKind;

// What a player starts with before it knows its network, in bit/s: at 1.5 Mbit/s three seconds of it arrive in two.
constexpr std::uint64_t kStartVideoBps = 1'000'000;
constexpr std::uint64_t kStartAudioBps = 192'000;  // Apple 9.21: at most this for a cellular start

Codec codec_of(const Track& track) { return track.rendition.track.codec; }
TrackKind kind_of(const Track& track) { return media::kind_of(codec_of(track)); }

// What CODECS and CHANNELS tell apart.
auto sound_key(const Track& track) {
  // Stereo before surround, as a device that plays neither well plays stereo better; mono before both only where it is all there is.
  const std::uint32_t channels = track.rendition.track.audio.channels;
  return std::tuple(codec_preference(codec_of(track)), channels == 2 ? 0u : channels);
}

// What a player may switch within unheard: where priming or sample rate differ (a copied source beside our own rungs), the programme
// would jump.
auto family_key(const Track& track) {
  const media::TrackConfig& config = track.rendition.track;
  return std::tuple_cat(sound_key(track), std::tuple(config.timescale, config.lead_in));
}

auto line_key(const Track& track) {
  const media::Rendition& rendition = track.rendition;
  return std::tie(rendition.track.language, rendition.role, rendition.track.label);
}

using Line = std::vector<const Track*>;

// The lines of one family, the default one first, each with its rungs ascending.
std::vector<Line> lines_of(const std::vector<const Track*>& family) {
  std::vector<Line> lines;
  for (const Track* track : family) {
    auto line = std::find_if(lines.begin(), lines.end(), [&](const auto& l) { return line_key(*l.front()) == line_key(*track); });
    if (line == lines.end()) line = lines.emplace(lines.end());
    line->push_back(track);
  }
  for (auto& line : lines) {
    std::stable_sort(line.begin(), line.end(),
                     [](const Track* a, const Track* b) { return a->rendition.peak_bps < b->rendition.peak_bps; });
  }
  const auto is_default = [](const auto& line) {
    return std::any_of(line.begin(), line.end(), [](const Track* t) { return t->rendition.is_default; });
  };
  std::stable_partition(lines.begin(), lines.end(), is_default);
  return lines;
}

struct Family {
  const Track* first = nullptr;  // its codec, channels and priming
  std::vector<Line> lines;
};

// A player takes variants of one codec for one ladder. Of two families with one codec and one channel count, the one with more rungs
// stays; DASH, whose sets are apart, offers both.
std::vector<Family> one_of_a_sound(const std::vector<Family>& families) {
  std::vector<Family> kept;
  for (const Family& family : families) {
    const auto rival =
        std::find_if(kept.begin(), kept.end(), [&](const Family& k) { return sound_key(*k.first) == sound_key(*family.first); });
    if (rival == kept.end()) {
      kept.push_back(family);
    } else if (family.lines.front().size() > rival->lines.front().size()) {
      *rival = family;
    }
  }
  return kept;
}

// RFC 8216bis 4.4.6.1.1: all groups have the same members; their CHANNELS may differ. A line that a family lacks (surround in English
// alone) comes from another family of the same codec. Where there is none (a commentary only in AAC) the family is left out.
void complete(std::vector<Family>& families) {
  const auto fullest =
      std::max_element(families.begin(), families.end(), [](const Family& a, const Family& b) { return a.lines.size() < b.lines.size(); });
  if (fullest == families.end()) return;
  const std::vector<Line> wanted = fullest->lines;
  const auto line_in = [](const Family& family, const Line& like) {
    return std::find_if(family.lines.begin(), family.lines.end(),
                        [&](const Line& l) { return line_key(*l.front()) == line_key(*like.front()); });
  };
  const std::vector<Family> before = families;
  for (Family& family : families) {
    for (const Line& line : wanted) {
      if (line_in(family, line) != family.lines.end()) continue;
      for (const Family& other : before) {
        const auto substitute = line_in(other, line);
        if (codec_of(*other.first) != codec_of(*family.first) || substitute == other.lines.end()) continue;
        family.lines.push_back(*substitute);
        break;
      }
    }
  }
  std::erase_if(families, [&](const Family& family) { return family.lines.size() < wanted.size(); });
}

AudioFamily family_of(const std::vector<Line>& lines) {
  AudioFamily family;
  for (std::size_t rung = 0; rung < lines.front().size(); ++rung) {
    AudioGroup group;
    for (const Line& line : lines) group.tracks.push_back(line[std::min(rung, line.size() - 1)]);
    family.push_back(std::move(group));
  }
  return family;
}

std::vector<AudioFamily> families_of(std::vector<const Track*> audio) {
  std::stable_sort(audio.begin(), audio.end(), [](const Track* a, const Track* b) { return family_key(*a) < family_key(*b); });
  std::vector<Family> families;
  for (auto from = audio.begin(); from != audio.end();) {
    const auto to = std::find_if(from, audio.end(), [&](const Track* t) { return family_key(*t) != family_key(**from); });
    families.push_back({*from, lines_of({from, to})});
    from = to;
  }
  families = one_of_a_sound(families);
  complete(families);
  std::vector<AudioFamily> made;
  for (const Family& family : families) made.push_back(family_of(family.lines));
  return made;
}

auto video_key(const Track& track) {
  const auto range = track.rendition.track.video.range;
  return std::tuple(codec_preference(codec_of(track)), range, track.rendition.peak_bps);
}

bool needs_groups(const TrackList& tracks) {
  const Track* first = nullptr;
  for (const Track* track : tracks) {
    if (kind_of(*track) == TrackKind::video) return true;
    if (kind_of(*track) != TrackKind::audio) continue;
    if (first == nullptr) first = track;
    const bool same =
        line_key(*track) == line_key(*first) && track->rendition.track.audio.channels == first->rendition.track.audio.channels;
    if (!same) return true;
  }
  return false;
}

TextRates dearest_text(const Combinations& combinations) {
  TextRates most;
  for (const Track* track : combinations.text) {
    const TextRates rates = text_rates(*track);
    most = {std::max(most.peak_bps, rates.peak_bps), std::max(most.average_bps, rates.average_bps)};
  }
  return most;
}

Combination combination(const Track* video, const AudioGroup* audio, const Combinations& from) {
  const TextRates text = dearest_text(from);
  Combination made{video, audio, text.peak_bps, text.average_bps, 0};
  if (video != nullptr) {
    made.bandwidth += video->rendition.peak_bps;
    made.average_bandwidth += video->rendition.average_bps;
  }
  if (audio != nullptr) {
    made.bandwidth += audio->peak_bps();
    made.average_bandwidth += audio->average_bps();
  }
  return made;
}

void add_audio_only(Combinations& to, std::uint64_t max_bps) {
  for (const AudioFamily& family : to.families) {
    for (const AudioGroup& group : family) {
      if (const auto made = combination(nullptr, &group, to); made.bandwidth <= max_bps) to.all.push_back(made);
    }
  }
}

// One video codec's rungs with one family's, in proportion; a dearer sound gives way where the sum is over the bound. A single video
// rung has nothing to be in proportion with: it is offered with each sound, so that a slow line may have the cheapest.
void pair(const std::vector<const Track*>& rungs, const AudioFamily& family, std::uint64_t max_bps, Combinations& to) {
  if (rungs.size() == 1) {
    for (const AudioGroup& group : family) {
      if (const auto made = combination(rungs[0], &group, to); made.bandwidth <= max_bps) to.all.push_back(made);
    }
    return;
  }
  for (std::size_t v = 0; v < rungs.size(); ++v) {
    std::size_t a = (v * (family.size() - 1) * 2 + rungs.size() - 1) / (2 * (rungs.size() - 1));
    Combination made = combination(rungs[v], &family[a], to);
    while (made.bandwidth > max_bps && a > 0) made = combination(rungs[v], &family[--a], to);
    if (made.bandwidth <= max_bps) to.all.push_back(made);
  }
}

void add_with_video(Combinations& to, std::uint64_t max_bps) {
  for (auto from = to.video.begin(); from != to.video.end();) {
    const auto ladder = [](const Track* t) { return std::tuple(codec_of(*t), t->rendition.track.video.range); };
    const auto end = std::find_if(from, to.video.end(), [&](const Track* t) { return ladder(t) != ladder(*from); });
    const std::vector<const Track*> rungs(from, end);
    for (const AudioFamily& family : to.families) pair(rungs, family, max_bps, to);
    for (const Track* video : rungs) {
      const auto made = combination(video, nullptr, to);
      if (to.families.empty() && made.bandwidth <= max_bps) to.all.push_back(made);
    }
    from = end;
  }
}

// SCORE says which combination a player should rather play. Height decides, then range and video codec, then the family in the order
// of preference, then the rate. So AAC stands above lossless: by itself a player adapts within AAC; another codec is asked for (codecs=).
void rank(std::vector<Combination>& all) {
  std::vector<Combination*> order;
  for (Combination& one : all) order.push_back(&one);
  const auto key = [](const Combination* c) {
    const Track* v = c->video;
    const Track* a = c->audio != nullptr ? &c->audio->main() : nullptr;
    return std::tuple(v ? v->rendition.track.video.height : 0u, v ? static_cast<int>(v->rendition.track.video.range) : 0,
                      v ? codec_preference(codec_of(*v)) : 0, v && !a ? 0 : 1, v ? v->rendition.peak_bps : 0u,
                      a ? -codec_preference(codec_of(*a)) : 0, c->bandwidth);
  };
  std::stable_sort(order.begin(), order.end(), [&](const Combination* a, const Combination* b) { return key(a) < key(b); });
  for (std::size_t i = 0; i < order.size(); ++i) order[i]->rank = static_cast<std::uint32_t>(i + 1);
}

// The first variant is what native players start with, and where hls.js falls back to.
void start_first(std::vector<Combination>& all) {
  if (all.empty()) return;
  const auto same_kind = [&](const Combination& c) {
    const bool same_video =
        (c.video == nullptr) == (all[0].video == nullptr) && (!c.video || codec_of(*c.video) == codec_of(*all[0].video));
    const bool same_audio =
        (c.audio == nullptr) == (all[0].audio == nullptr) && (!c.audio || codec_of(c.audio->main()) == codec_of(all[0].audio->main()));
    return same_video && same_audio;
  };
  const std::uint64_t limit = all[0].video != nullptr ? kStartVideoBps : kStartAudioBps;
  std::size_t best = 0;
  for (std::size_t i = 0; i < all.size() && same_kind(all[i]); ++i) {
    if (all[i].bandwidth <= limit && all[i].bandwidth >= all[best].bandwidth) best = i;
  }
  std::rotate(all.begin(), all.begin() + static_cast<std::ptrdiff_t>(best), all.begin() + static_cast<std::ptrdiff_t>(best) + 1);
}

}  // namespace

// The order in which audio codecs are offered. AAC is what every HLS client plays (Apple 2.3); surround and Opus where they are
// known; lossless last: one rung of ten times the rate, which a player must not reach by itself and cannot leave again, since
// hls.js and Safari stay with a codec once chosen.
int codec_preference(Codec codec) noexcept {
  switch (codec) {
    case Codec::aac: return 0;
    case Codec::eac3: return 1;
    case Codec::ac3: return 2;
    case Codec::opus: return 3;
    case Codec::alac: return 4;
    case Codec::flac: return 5;
    case Codec::h264: return 0;
    case Codec::hevc: return 1;
    case Codec::vp9: return 2;
    case Codec::av1: return 3;
    case Codec::webvtt: return 0;
  }
  return 0;
}

std::uint64_t AudioGroup::peak_bps() const noexcept {
  std::uint64_t most = 0;
  for (const Track* track : tracks) most = std::max<std::uint64_t>(most, track->rendition.peak_bps);
  return most;
}

std::uint64_t AudioGroup::average_bps() const noexcept {
  std::uint64_t most = 0;
  for (const Track* track : tracks) most = std::max<std::uint64_t>(most, track->rendition.average_bps);
  return most;
}

Combinations combine(const TrackList& tracks, std::uint64_t max_bandwidth_bps) {
  Combinations made;
  std::vector<const Track*> audio;
  for (const Track* track : tracks) {
    switch (kind_of(*track)) {
      case TrackKind::audio: audio.push_back(track); break;
      case TrackKind::video: made.video.push_back(track); break;
      case TrackKind::text: made.text.push_back(track); break;
    }
  }
  made.families = families_of(std::move(audio));
  made.grouped = needs_groups(tracks) && !made.families.empty();
  std::stable_sort(made.video.begin(), made.video.end(), [](const Track* a, const Track* b) { return video_key(*a) < video_key(*b); });
  if (made.video.empty()) {
    add_audio_only(made, max_bandwidth_bps);
  } else {
    add_with_video(made, max_bandwidth_bps);
  }
  rank(made.all);
  start_first(made.all);
  return made;
}

}  // namespace segue::manifests
