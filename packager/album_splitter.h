// SPDX-License-Identifier: Apache-2.0
// One rendition of an album that was encoded in one run, cut into a track file for each of its tracks.
//   the run   |priming|------- track 0 -------|---- track 1 ----|      programme positions 0, e_0, e_1
//   its units |   |   |   |   |   |   |   | s |   |   |   | s |   |    s straddles a join: it belongs to the track before it
//   file 1                          | p | s ||   |   |   | s |         p, s: pre-roll fragment, heard by nobody
// A later file starts at time 0 with the units that a decoder needs to have warmed up at the track's first sample (AAC: one, Opus: 80 ms)
// and the straddling unit; then follow the track's own units, byte for byte what the album plays.
#pragma once

#include <cstdint>
#include <deque>
#include <mutex>
#include <optional>
#include <vector>

#include "packager/track_writer.h"

namespace segue::packager {

class AlbumSplitter {
 public:
  struct Output {
    ByteSink* sink = nullptr;  // empty; outlives the splitter
    std::int64_t expected_segments = 0;
  };
  struct Loudness {
    std::vector<std::optional<media::Loudness>> tracks;  // one for each, or none at all
    std::optional<media::Loudness> album;
  };

  // `config` as the encoder gave it at its start: lead_in is its priming. `outputs`: one for each track, in playing order, at least one.
  AlbumSplitter(media::TrackConfig config, media::Grid grid, std::vector<Output> outputs);

  // The programme of track `k` ends at `end`: ticks of this rendition from the run's first tick of programme. Once for each track, in
  // order, before any sample that begins at or after it is added; may be called while another thread is in add().
  void track_ends(std::size_t k, media::Ticks end);

  // Samples of the run, from time 0 on. Error: TrackWriter's.
  [[nodiscard]] Result<void> add(const media::Sample& sample);

  // `final` as the encoder gave it at its end. All ends are known by now. Returns the tracks as TrackWriter::finish does, in playing order.
  // Error: TrackWriter's; an end that is missing, or lies beyond the samples.
  [[nodiscard]] Result<std::vector<media::Track>> finish(const media::TrackConfig& final, const Loudness& loudness);

 private:
  struct Unit {
    media::Ticks start = 0;
    std::uint32_t duration = 0;
    std::vector<std::uint8_t> data;
  };
  struct Open {
    TrackWriter writer;
    media::Ticks start = 0;     // of its first unit, on the run's time
    std::uint32_t lead_in = 0;  // from there to its programme
    media::Ticks end = 0;       // of its last unit
  };

  [[nodiscard]] std::optional<media::Ticks> end_of(std::size_t k) const;  // on the run's time
  [[nodiscard]] Result<void> open_track(media::Ticks programme_start);
  [[nodiscard]] Result<void> add_to_last(const media::Sample& sample);
  void remember(const media::Sample& sample);
  [[nodiscard]] media::TrackConfig config_of(media::TrackConfig base, std::size_t k, std::uint32_t lead_in, std::uint32_t tail) const;

  media::TrackConfig config_;
  media::Grid grid_;
  std::vector<Output> outputs_;
  std::vector<Open> tracks_;  // begun so far
  std::deque<Unit> recent_;   // what a pre-roll may need
  mutable std::mutex ends_mutex_;
  std::vector<media::Ticks> ends_;  // programme positions; guarded by ends_mutex_
};

}  // namespace segue::packager
