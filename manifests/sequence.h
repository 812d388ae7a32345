// SPDX-License-Identifier: Apache-2.0
// Presentations one after another, played as one: a playlist. Each track keeps its own files and times; HLS joins them by a discontinuity,
// DASH by a Period (docs/decisions/playlist-presentation.md). Tracks of one encoder run that stand beside each other in its order are one
// run here: the later ones leave their pre-roll out and go on with the first one's init segment, so their frames follow one another as the
// encoder made them. Sound only.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "manifests/addressing.h"
#include "manifests/filter.h"

namespace segue::manifests {

struct SequenceRun {
  std::vector<const media::Presentation*> tracks;  // one, or several of one encoder run; borrowed
  std::vector<std::string> folders;                // of each: where its generation lies, as a playlist writes it, ending with '/'
};
struct Sequence {
  std::string title;
  std::vector<SequenceRun> runs;
};

// What every track has, and a player may stay with from the first to the last.
struct SequenceLevel {
  std::string id;                  // the rendition's, or the codec's where the tracks' ladders have no rendition in common
  std::vector<media::Track> runs;  // for each run that rendition through its files (segment.file counts the run's tracks)
};
using SequenceLevels = std::vector<SequenceLevel>;

// Ascending within a codec. Error: no codec is common to all, or the filter leaves none.
[[nodiscard]] Result<SequenceLevels> sequence_levels(const Sequence& sequence, const Filter& filter);

// `where.base` and `.query` stand around the media playlists' names. All append.
[[nodiscard]] Result<void> print_sequence_multivariant(const Sequence& sequence, const SequenceLevels& levels, const Addressing& where,
                                                       std::string& out);
void print_sequence_playlist(const Sequence& sequence, const SequenceLevels& levels, const SequenceLevel& level, std::string& out);
void print_sequence_mpd(const Sequence& sequence, const SequenceLevels& levels, std::string& out);

// Bytes at the head of a run's track `file` that its timeline leaves out.
[[nodiscard]] std::uint32_t preroll_of(const SequenceRun& run, const media::Track& track, std::uint32_t file);

// Where each track's programme lies on the DASH clock, and what a codec's segments are moved by to lie there: what a player needs that cuts
// at the true joins.
struct SequencePeriod {
  struct Shift {
    media::Codec codec = media::Codec::aac;
    double seconds = 0;  // added to media time
    double lead = 0;     // dropped by the decoder without moving time: Opus' pre-skip
  };
  std::int64_t start_us = 0, end_us = 0;
  std::vector<Shift> shifts;
};
[[nodiscard]] std::vector<SequencePeriod> sequence_periods(const Sequence& sequence, const SequenceLevels& levels);

}  // namespace segue::manifests
