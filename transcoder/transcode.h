// SPDX-License-Identifier: Apache-2.0
// Source files in, encoded samples of every rendition out, in one decode pass. No libav* type appears here.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "media/asset.h"
#include "media/sample.h"
#include "transcoder/ladder.h"
#include "transcoder/source.h"

namespace segue::transcoder {

// Receives one rendition's samples. Calls for one rendition come in order and never at the same time; calls for different
// renditions may come from different threads. An error returned stops the whole transcode with that error.
//   audio   dts = pts, from 0, priming included: the programme's first sample is at lead_in. AAC and Opus: one begin ... end for the whole
//           run. FLAC: in an album run a begin ... end for each programme (its frames start at the programme's first sample, STREAMINFO is
//           its own), dts runs on; end() of programme i comes after on_programme(i).
//   video   dts from 0; pts 0 is the presentation's start. Pictures that are shown before others that they need have pts < dts
//           (trun version 1, no edit list): dts n is n picture durations.
//   text    ISO/IEC 14496-30 samples (vttc, vtte boxes) that follow one another without a gap and never cross a segment's start on the
//   grid.
class RenditionSink {
 public:
  virtual ~RenditionSink() = default;
  // Before the first sample: the encoder is open, its configuration known. `tail` and loudness are not yet.
  [[nodiscard]] virtual Result<void> begin(const media::TrackConfig& config) = 0;
  [[nodiscard]] virtual Result<void> sample(const media::Sample& sample) = 0;
  // After the last sample: the configuration as it is at the end (STREAMINFO, tail, bit rates). A pass-through that would not be heard
  // when the others are (its stream begins later, has holes or ends early) is not ended: what came is to be thrown away.
  [[nodiscard]] virtual Result<void> end(const media::TrackConfig& config) = 0;
};

struct Progress {
  double seconds_done = 0, seconds_total = 0;  // of programme, slowest rendition; total 0: unknown
};

// What one source of the run turned out to be once it was decoded to its end.
struct Programme {
  media::Ticks first_sample = 0;  // position of its first audio sample on the run's timeline, at `sample_rate`
  media::Ticks sample_count = 0;  // exact; video only: 0
  std::uint32_t sample_rate = 0;
  media::Rational duration{0, 1};  // exact seconds of the presentation (the longer of audio and video)
  std::optional<media::Loudness> loudness;
};

struct TranscodeJob {
  std::vector<std::string> inputs;                   // one, or an album's tracks in playing order: encoded in one run on one timeline
  std::vector<RenditionPlan> renditions;             // from plan_ladder() or plan_album(); none: the sound is only measured
  std::vector<RenditionSink*> sinks;                 // one for each rendition; outlive the call
  bool normalise_loudness = false;                   // the ladder's: costs a second decode pass
  int threads = 0;                                   // 0: all cores
  std::function<void(const Progress&)> on_progress;  // from any thread, at most ten times a second; may be empty
  std::function<void(std::size_t, const Programme&)>
      on_programme;  // input i is decoded to its end; before any sample that begins after it is delivered
  const std::atomic<bool>* cancelled = nullptr;
};

struct TranscodeResult {
  std::vector<Programme> programmes;        // one for each input
  std::optional<media::Loudness> loudness;  // of all inputs together (album loudness)
};

// Error: the file, the stream and what was found ("song.flac: stream 0 (flac): decoded no sample").
[[nodiscard]] Result<TranscodeResult> transcode(const TranscodeJob& job);

}  // namespace segue::transcoder
