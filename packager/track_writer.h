// SPDX-License-Identifier: Apache-2.0
// Encoded samples in, one CMAF track file out: ftyp, moov, sidx (video: and ssix), then one moof+mdat a segment.
// Memory holds one segment and the index. The head's room is reserved from the expected length and filled in by finish().
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "media/asset.h"
#include "media/grid.h"
#include "media/presentation.h"
#include "media/sample.h"

namespace segue::packager {

// Where a track file grows. One implementation writes a file, one a buffer (tests, fuzzing).
class ByteSink {
 public:
  virtual ~ByteSink() = default;
  [[nodiscard]] virtual Result<void> append(std::span<const std::uint8_t> bytes) = 0;
  [[nodiscard]] virtual Result<void> overwrite(std::uint64_t offset, std::span<const std::uint8_t> bytes) = 0;
};

struct TrackPlan {
  media::TrackConfig config;  // config.lead_in: ticks of the samples at the head that are not programme
  media::Grid grid;
  std::int64_t expected_segments =
      0;                       // to reserve the index; more than that still works, at the price of one copy; fewer leave a `free` box
  media::Ticks base_time = 0;          // tfdt of the first sample; 0 for every stored file
  std::uint32_t preroll_samples = 0;  // album runs: so many first samples stand in a fragment of their own at the head of segment 1
  // Media time that the grid counts from: base_time + lead_in, the first tick of programme.
};

class TrackWriter {
 public:
  static Result<std::unique_ptr<TrackWriter>> create(const TrackPlan& plan, ByteSink& sink);  // sink outlives the writer
  virtual ~TrackWriter() = default;
  // Samples in decode order. Error: decreasing dts, a first video sample that is not sync, a sample over kMaxSampleBytes, the sink's own.
  [[nodiscard]] virtual Result<void> add(const media::Sample& sample) = 0;
  // Closes the last segment (merging one that is too short) and writes the head. `final` brings what only the end knows:
  // the codec record with its final STREAMINFO, tail, loudness, bit rates. Returns the track as manifests need it; rendition.id,
  // file, group, sha256 are the caller's to fill, everything that the samples tell (bandwidths, duration, sizes) is filled.
  [[nodiscard]] virtual Result<media::Track> finish(const media::TrackConfig& final) = 0;
};

}  // namespace segue::packager
