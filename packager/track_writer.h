// SPDX-License-Identifier: Apache-2.0
// Encoded samples in, one CMAF track file out: ftyp, moov, sidx (video: and ssix), then one moof+mdat a segment.
// Memory holds at most one and a half segments, a second of sound more, and the index. The head's room is reserved from the expected
// length and filled in by finish().
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "media/grid.h"
#include "media/presentation.h"
#include "media/sample.h"
#include "packager/byte_sink.h"

namespace segue::packager {

struct TrackPlan {
  media::TrackConfig config;  // config.lead_in: ticks of the samples at the head that are not programme
  media::Grid grid;
  std::int64_t expected_segments = 0;  // to reserve the index; more than that cost one copy of the file, fewer leave a `free` box
  bool loudness_follows = true;        // finish() will bring loudness: room for its boxes is kept
  media::Ticks base_time = 0;          // tfdt of the first sample; 0 for every stored file
  std::uint32_t preroll_samples = 0;   // album runs: so many first samples stand in a fragment of their own at the head of segment 1
  // The grid counts from base_time + lead_in, the first tick of programme.
  std::vector<media::Rational> follow = {};  // seconds of the presentation at which another track's segments begin, but for the first one;
                                             // not empty: they take the grid's place
};

class TrackWriter {
 public:
  // `sink` is empty and outlives the writer. Error: the sink's own, a timescale of 0, no configuration record.
  static Result<TrackWriter> create(const TrackPlan& plan, ByteSink& sink);
  TrackWriter(TrackWriter&&) noexcept;
  TrackWriter& operator=(TrackWriter&&) noexcept;
  ~TrackWriter();

  // Samples in decode order; the first one's dts is plan.base_time. Where a dts is not the sum of what came before, the sample before it
  // is stretched or shortened to fit. Error: a dts not above the one before, a first video sample that is not sync, a sample over
  // kMaxSampleBytes, a segment over kMaxSegmentBytes, more than 65535 segments, the sink's own. After an error the writer is of no use.
  [[nodiscard]] Result<void> add(const media::Sample& sample);

  // The same for a sample whose bytes stand in a file: they are copied from there when their segment is written. sample.data is empty.
  [[nodiscard]] Result<void> add(const media::Sample& sample, const FileRange& bytes);

  // No further sample, and the last `tail` ticks are no programme: writes what is left and lets the buffers go, for a writer that must wait
  // for its finish(), which else does it itself.
  [[nodiscard]] Result<void> end_samples(media::Ticks tail);

  // Closes the last segment (merging one that is too short) and writes the head. `final` brings what only the end knows: the codec record
  // with its final STREAMINFO, tail, loudness, bit rates. Returns the track as manifests need it; rendition.id, file, group, sha256 are the
  // caller's to fill, everything that the samples tell (bandwidths, duration, sizes) is filled. Error: no sample, the sink's own.
  [[nodiscard]] Result<media::Track> finish(const media::TrackConfig& final);

 private:
  struct State;
  explicit TrackWriter(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace segue::packager
