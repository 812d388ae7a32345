// SPDX-License-Identifier: Apache-2.0
// The ladder: which renditions are wanted (a small readable file, docs/formats/ladder.md; presets music, podcast, video),
// and the plan: which of them a given source gets, never above what it has.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "media/grid.h"
#include "media/track.h"
#include "transcoder/source.h"

namespace segue::transcoder {

struct Rung {
  media::Codec codec = media::Codec::aac;
  std::uint32_t bit_rate = 0;  // bit/s; audio lossy, for stereo in a ladder, of the rendition in a plan. 0: lossless, or video by quality
  std::uint32_t height = 0;    // video: of the shorter side, so that an upright picture gets the same quality
  std::uint32_t max_rate = 0;  // video, VBV: bit/s
  double quality = 0;          // video: CRF
  std::string preset;          // video: the encoder's
  friend bool operator==(const Rung&, const Rung&) = default;
};

struct Ladder {
  std::string name;  // "music"
  media::Grid grid;
  std::vector<Rung> rungs;
  bool normalise_loudness = false;  // asked for: samples are changed to -14 LUFS
};

[[nodiscard]] Result<Ladder> preset_ladder(std::string_view name);
// The text of a ladder file. Error: `origin:line: expected, found`.
[[nodiscard]] Result<Ladder> parse_ladder(std::string_view text, std::string_view origin);
// A path, or a preset's name. Error: file:line, expected, found.
[[nodiscard]] Result<Ladder> load_ladder(const std::string& name_or_path);
[[nodiscard]] std::string ladder_text(
    const Ladder& ladder);  // canonical; parses back to the same ladder; its hash is the ladder's identity

struct RenditionPlan {
  std::string id;     // "aac-128", "h264-720", "aac-128-fr", "aac-320-51" (surround)
  std::string group;  // renditions that a player may switch between: "aac", "aac-fr", "aac-51", "opus", "h264"
  int stream = 0;     // the source stream's index
  bool copy = false;  // pass-through: packets as they are
  Rung rung;
  media::TrackConfig track;  // what is known before encoding: kind, codec, formats, language, label
  media::Grid grid;
  bool is_default = false, forced = false;  // forced: text only
  std::string role = "main";
};

// Error: nothing playable in the source.
[[nodiscard]] Result<std::vector<RenditionPlan>> plan_ladder(const SourceInfo& source, const Ladder& ladder);

// The plan of an album run: renditions of the first audio stream that all inputs can share on one timeline, planned for the best of
// the inputs. FLAC only where rate, channels and depth are the same in all of them. Error: an input without audio.
[[nodiscard]] Result<std::vector<RenditionPlan>> plan_album(std::span<const SourceInfo> sources, const Ladder& ladder);

}  // namespace segue::transcoder
