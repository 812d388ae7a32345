// SPDX-License-Identifier: Apache-2.0
// A track of an MP4 file into a track file: the samples' bytes are copied as they are, times and edits become what a CMAF
// track has (start at 0, priming as lead_in, padding as tail, pictures with signed offsets).
#pragma once

#include "media/grid.h"
#include "packager/mp4_source.h"
#include "packager/track_writer.h"

namespace segue::packager {

// What all tracks of one presentation share when they are copied.
struct Cuts {
  media::Grid grid;
  media::Rational shift{0, 1};          // seconds by which all are moved, see common_shift()
  std::vector<media::Rational> follow;  // see TrackPlan
};

// How a source track is told as a track file.
struct CopyPlan {
  media::TrackConfig config;        // timescale: audio's sample rate, else the source's
  std::uint32_t scale = 1;          // ticks of a copy for one of the source
  std::uint32_t frame_ticks = 0;    // not 0: every sample lasts so long, whatever the source's coarser clock says
  media::Ticks first_pts = 0;       // source ticks: composition time of the first picture shown
  media::Rational starts_at{0, 1};  // seconds from the presentation's start to the first sample's presentation; negative: before it
  std::uint32_t sample_count = 0;
  media::Ticks duration = 0;  // of all samples, in ticks of the copy, the last one whole
};

// Walks the tables once. Error: they contradict one another, or a record that cannot be packaged.
[[nodiscard]] Result<CopyPlan> plan_copy(const Mp4Track& track);

// Seconds by which all tracks of a file are moved, so that none has samples before 0: pictures that an edit hides cannot be left out,
// because those shown after them are made from them.
[[nodiscard]] media::Rational common_shift(const std::vector<CopyPlan>& plans);

// Writes the track file. `file` is the source, open for reading. Error: TrackWriter's.
[[nodiscard]] Result<media::Track> copy_track(const Mp4Track& track, const CopyPlan& plan, const Cuts& cuts, int file, ByteSink& sink);

}  // namespace segue::packager
