// SPDX-License-Identifier: Apache-2.0
#include "manifests/sequence.h"

#include <algorithm>

#include "manifests/variants.h"

namespace segue::manifests {
namespace {

using media::Codec;
using media::Presentation;
using media::Track;

constexpr std::uint32_t kStartBps = 192'000;  // of a level made of unlike renditions: what a player may start with anywhere

bool is_main_sound(const Track& track) {
  return media::kind_of(track.rendition.track.codec) == media::TrackKind::audio && track.rendition.role == "main";
}

const Track* with_id(const Presentation& presentation, const std::string& id) {
  for (const Track& track : presentation.tracks)
    if (track.rendition.id == id && is_main_sound(track)) return &track;
  return nullptr;
}

// The best of a codec that a slow line carries, else the smallest.
const Track* middle_of(const Presentation& presentation, Codec codec) {
  const Track* best = nullptr;
  for (const Track& track : presentation.tracks) {
    if (!is_main_sound(track) || track.rendition.track.codec != codec) continue;
    const auto key = [](const Track& t) {
      const bool fits = t.rendition.peak_bps <= kStartBps;
      return std::pair(fits, fits ? static_cast<std::int64_t>(t.rendition.peak_bps) : -static_cast<std::int64_t>(t.rendition.peak_bps));
    };
    if (best == nullptr || key(*best) < key(track)) best = &track;
  }
  return best;
}

// One rendition through a run's files.
Result<Track> through(const std::vector<const Track*>& parts) {
  if (parts.size() == 1) return *parts.front();
  return media::make_album_track(parts.front()->rendition, parts);
}

// `choose` names a presentation's track; nullopt: one has none of that codec.
template <class Choose>
Result<std::optional<SequenceLevel>> level_of(const Sequence& sequence, std::string id, Codec codec, Choose choose) {
  SequenceLevel level{std::move(id), {}};
  for (const SequenceRun& run : sequence.runs) {
    std::vector<const Track*> parts;
    for (const Presentation* presentation : run.tracks) {
      const Track* track = choose(*presentation);
      if (track == nullptr || track->rendition.track.codec != codec) return std::optional<SequenceLevel>();
      parts.push_back(track);
    }
    auto joined = through(parts);
    if (!joined) return std::move(joined).error();
    level.runs.push_back(std::move(*joined));
  }
  return std::optional(std::move(level));
}

bool has_codec(const SequenceLevels& levels, Codec codec) {
  return std::any_of(levels.begin(), levels.end(), [&](const SequenceLevel& l) { return l.runs.front().rendition.track.codec == codec; });
}

std::uint32_t peak_of(const SequenceLevel& level) {
  std::uint32_t most = 0;
  for (const Track& track : level.runs) most = std::max(most, track.rendition.peak_bps);
  return most;
}

bool in_order(const SequenceLevel& a, const SequenceLevel& b) {
  const auto key = [](const SequenceLevel& level) {
    return std::pair(codec_preference(level.runs.front().rendition.track.codec), peak_of(level));
  };
  return key(a) < key(b);
}

}  // namespace

Result<SequenceLevels> sequence_levels(const Sequence& sequence, const Filter& filter) {
  SequenceLevels levels;
  if (sequence.runs.empty() || sequence.runs.front().tracks.empty()) return Error{"nothing to play"};
  const Presentation& first = *sequence.runs.front().tracks.front();
  const auto add = [&](std::string id, Codec codec, auto choose) -> Result<void> {
    auto level = level_of(sequence, std::move(id), codec, choose);
    if (!level) return std::move(level).error();
    if (*level) levels.push_back(std::move(**level));
    return {};
  };
  for (const Track& track : first.tracks) {
    const std::string& id = track.rendition.id;
    if (!is_main_sound(track) || !filter.keeps(track.rendition)) continue;
    if (auto added = add(id, track.rendition.track.codec, [&](const Presentation& p) { return with_id(p, id); }); !added)
      return std::move(added).error();
  }
  for (const Track& track : first.tracks) {
    const Codec codec = track.rendition.track.codec;
    if (!is_main_sound(track) || !filter.keeps(track.rendition) || has_codec(levels, codec)) continue;
    if (auto added = add(std::string(media::name_of(codec)), codec, [&](const Presentation& p) { return middle_of(p, codec); }); !added)
      return std::move(added).error();
  }
  std::erase_if(levels, [&](const SequenceLevel& level) { return peak_of(level) > filter.max_bandwidth_bps; });
  if (levels.empty()) return Error{"no rendition that all tracks have in common is left"};
  std::stable_sort(levels.begin(), levels.end(), in_order);
  return levels;
}

std::uint32_t preroll_of(const SequenceRun& run, const media::Track& track, std::uint32_t file) {
  for (const Track& own : run.tracks[file]->tracks)
    if (own.rendition.id == track.rendition.id) return own.rendition.preroll_bytes;
  return 0;
}

}  // namespace segue::manifests
