// SPDX-License-Identifier: Apache-2.0
#include "packager/rendition_names.h"

#include <algorithm>
#include <set>
#include <string>

#include "media/store.h"

namespace segue::packager {
namespace {

using media::Codec;
using media::Rendition;
using media::Track;
using media::TrackKind;

// As an id may have it: lower case letters, digits and '-'.
std::string id_part(std::string_view text) {
  std::string part;
  for (const char c : text.substr(0, 16)) {
    if (c >= 'A' && c <= 'Z') part += static_cast<char>(c - 'A' + 'a');
    if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-') part += c;
  }
  return part;
}

std::string channels_part(std::uint32_t channels) {
  switch (channels) {
    case 0:
    case 1:
    case 2: return "";
    case 6: return "-51";
    case 8: return "-71";
    default: return "-" + std::to_string(channels) + "ch";
  }
}

bool lossless(Codec codec) { return codec == Codec::flac || codec == Codec::alac; }

std::string level_part(const Rendition& rendition) {
  const media::VideoFormat& video = rendition.track.video;
  if (kind_of(rendition.track.codec) == TrackKind::video) return "-" + std::to_string(std::min(video.width, video.height));
  if (lossless(rendition.track.codec)) return "";
  const std::uint32_t bps = rendition.track.average_bps != 0 ? rendition.track.average_bps : rendition.average_bps;
  return "-" + std::to_string((bps + 500) / 1000);
}

std::string unused(const std::string& wanted, std::set<std::string>& used) {
  std::string id = wanted;
  for (int n = 2; !used.insert(id).second; ++n) id = wanted + "-" + std::to_string(n);
  return id;
}

const char* extension(TrackKind kind) {
  switch (kind) {
    case TrackKind::video: return ".cmfv";
    case TrackKind::audio: return ".cmfa";
    case TrackKind::text: return ".cmft";
  }
  return "";
}

void name(Rendition& rendition, const std::string& default_language, std::set<std::string>& used) {
  const media::TrackConfig& track = rendition.track;
  const TrackKind kind = kind_of(track.codec);
  const std::string codec(name_of(track.codec));
  const bool other_language = track.language != default_language;
  const std::string line = kind == TrackKind::audio
                               ? channels_part(track.audio.channels) + (other_language ? "-" + id_part(track.language) : std::string())
                               : std::string();
  if (kind == TrackKind::text) {
    rendition.id = rendition.group = unused("text-" + id_part(track.language), used);
    rendition.role = "subtitle";
  } else {
    rendition.id = unused(codec + level_part(rendition) + line, used);
    rendition.group = codec + line;
    rendition.is_default = kind == TrackKind::video || !other_language;
  }
  rendition.file = rendition.id + extension(kind);
}

Result<void> check_pair(const Track& a, const Track& b) {
  const auto differ = [&](const std::string& what) {
    return Error{b.rendition.id + ": " + what + " than " + a.rendition.id +
                 ": no player can switch between them; encode both with the same "
                 "closed GOPs and forced key frames, or package them apart"};
  };
  if (a.segments.size() != b.segments.size())
    return differ(std::to_string(b.segments.size()) + " segments, other " + std::to_string(a.segments.size()));
  auto at_b = b.segments.walk();
  for (auto at_a = a.segments.walk(); !at_a.done(); at_a.next(), at_b.next()) {
    const double start_a = static_cast<double>(at_a->start) / a.rendition.track.timescale;
    const double start_b = static_cast<double>(at_b->start) / b.rendition.track.timescale;
    constexpr double kHalfPicture = 0.02;
    if (start_a - start_b > kHalfPicture || start_b - start_a > kHalfPicture)
      return differ("segment " + std::to_string(at_a.number() + 1) + " starts at " + std::to_string(start_b) + " s, elsewhere");
  }
  return {};
}

}  // namespace

void name_renditions(std::vector<Track>& tracks) {
  const auto sound = std::find_if(tracks.begin(), tracks.end(),
                                  [](const Track& track) { return kind_of(track.rendition.track.codec) == TrackKind::audio; });
  const std::string language = sound == tracks.end() ? "und" : sound->rendition.track.language;
  std::set<std::string> used;
  for (Track& track : tracks) name(track.rendition, language, used);
}

Result<void> check_alignment(const std::vector<Track>& tracks) {
  for (auto track = tracks.begin(); track != tracks.end(); ++track) {
    if (kind_of(track->rendition.track.codec) != TrackKind::video) continue;
    const auto first = std::find_if(tracks.begin(), track, [&](const Track& t) { return t.rendition.group == track->rendition.group; });
    if (first == track) continue;
    auto aligned = check_pair(*first, *track);
    if (!aligned) return aligned;
  }
  return {};
}

}  // namespace segue::packager
