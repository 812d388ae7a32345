// SPDX-License-Identifier: Apache-2.0
// What an init segment says, right or wrong: read leniently, judged in cmaf_rules.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "media/bmff/movie_boxes.h"
#include "media/track.h"

namespace segue::validator {

struct InitFacts {
  media::TrackConfig track;  // codec and format where `known_codec`
  bool known_codec = false, encrypted = false;
  std::string sample_entry;  // "mp4a"
  std::string codecs;        // RFC 6381, from the record's bytes; empty: not known
  std::vector<media::bmff::FourCc> brands;
  int tracks = 0;
  bool tables_missing = false, tables_filled = false;
  std::uint64_t movie_duration = 0, track_duration = 0, media_duration = 0;
  bool has_mvex = false, mvex_before_trak = false;
  std::vector<media::bmff::Edit> edits;
  std::uint32_t pre_skip = 0;                 // Opus
  std::optional<std::int16_t> roll_distance;  // of an sgpd in the header
  media::bmff::Trex trex;
  std::uint32_t entry_channels = 0;  // of a sound's sample entry; what the codec's record has is in track
  bool has_colr = false, has_pasp = false, has_loudness = false;
  std::string beside_moov;  // "meta" or "udta" at the file's level; empty: none

  [[nodiscard]] bool is(media::Codec codec) const { return known_codec && track.codec == codec; }
  [[nodiscard]] bool is_audio() const { return known_codec && media::kind_of(track.codec) == media::TrackKind::audio; }
  [[nodiscard]] bool is_video() const { return known_codec && media::kind_of(track.codec) == media::TrackKind::video; }
  // Media time at which the programme begins: what edit list and pre-skip say together.
  [[nodiscard]] media::Ticks lead_in() const;
};

// ftyp and moov, from anywhere in the bytes (an on-demand file's head too). Error: no moov, a malformed box.
[[nodiscard]] Result<InitFacts> read_init(std::span<const std::uint8_t> bytes);

}  // namespace segue::validator
