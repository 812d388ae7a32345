// SPDX-License-Identifier: Apache-2.0
// Which renditions HLS offers together. DASH lets the player combine adaptation sets; an HLS variant is a combination made here:
//   audio only   each rung of each codec is a variant
//   with video   each video rung is offered once with each audio family, with the one rung of it that suits: rungs are paired
//                in proportion (lowest with lowest, highest with highest), never crossed (shaka#770, #899, #1434)
// A family is what a player can switch within unheard: one codec, one channel count, one priming. A rung of a family is an audio
// group: the same rung in each language ("line").
#pragma once

#include <cstdint>
#include <vector>

#include "manifests/filter.h"

namespace segue::manifests {

// The order in which codecs of one kind are offered, 0 first.
[[nodiscard]] int codec_preference(media::Codec codec) noexcept;

struct AudioGroup {
  std::vector<const media::Track*> tracks;  // one for each line that has this rung; the first is the default line's
  [[nodiscard]] const media::Track& main() const { return *tracks.front(); }  // names the group
  [[nodiscard]] std::uint64_t peak_bps() const noexcept;                      // of the most expensive line: what a player may come to play
  [[nodiscard]] std::uint64_t average_bps() const noexcept;
};
using AudioFamily = std::vector<AudioGroup>;  // ascending rungs

struct Combination {
  const media::Track* video = nullptr;  // none: audio only
  const AudioGroup* audio = nullptr;    // none: video without sound
  std::uint64_t bandwidth = 0, average_bandwidth = 0;
  std::uint32_t rank = 0;  // 1: what a player should want least. Within one codec by quality; see rank() in variants.cc
};

struct Combinations {
  Combinations() = default;
  Combinations(Combinations&&) = default;  // no copy: its parts point at one another
  std::vector<AudioFamily> families;       // in the order of preference: AAC first
  std::vector<const media::Track*> video;  // all rungs, ascending within a codec
  std::vector<const media::Track*> text;
  std::vector<Combination> all;  // in the order to print: the one to start with, then each family ascending
  bool grouped = false;          // sound needs EXT-X-MEDIA: beside video, or where lines or channel counts differ
};

// `max_bandwidth_bps` bounds each combination as a whole. Pointers go into `tracks` and into the result itself, which therefore cannot be
// copied.
[[nodiscard]] Combinations combine(const TrackList& tracks, std::uint64_t max_bandwidth_bps);

}  // namespace segue::manifests
