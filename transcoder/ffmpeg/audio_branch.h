// SPDX-License-Identifier: Apache-2.0
// One audio stream of the source: decoded once, measured once, converted once for each PCM format that its renditions want, encoded by one
// strand for each rendition. Through an album's inputs it runs on without a seam.
//   decode ─┬▶ PCM 48k fltp ─▶ aac-64, aac-128, aac-256
//           ├▶ PCM 48k flt  ─▶ opus-48, opus-96, opus-160 [, loudness]
//           └▶ PCM s16      ─▶ flac
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "transcoder/ffmpeg/audio_decoder.h"
#include "transcoder/ffmpeg/audio_encoder.h"
#include "transcoder/ffmpeg/branch.h"
#include "transcoder/ffmpeg/converter.h"
#include "transcoder/ffmpeg/packet_copier.h"
#include "transcoder/loudness.h"
#include "transcoder/sample_count.h"
#include "transcoder/strand.h"

namespace segue::transcoder::ffmpeg {

struct AudioBranchPlan {
  std::vector<const RenditionPlan*> renditions;
  std::vector<RenditionSink*> sinks;
  std::size_t inputs = 1;
  int stream = 0;                   // of the first input; album inputs after it give their best audio stream
  std::uint32_t timeline_rate = 0;  // 0: of the first input's decoded sound
  double gain = 1;                  // applied to the samples, when asked to normalise
  std::function<void(std::size_t, const Programme&)> on_programme;  // album runs only
};

class AudioBranch : public Branch {
 public:
  AudioBranch(RunState& state, AudioBranchPlan plan);
  ~AudioBranch() override;

  [[nodiscard]] Result<void> begin_input(Input& input, const Clock& clock) override;
  [[nodiscard]] int stream() const override { return stream_; }
  [[nodiscard]] bool packet(std::shared_ptr<AVPacket> packet) override;
  [[nodiscard]] bool end_input() override;
  [[nodiscard]] media::Rational length() const override { return position_.seconds(); }
  [[nodiscard]] bool complete(media::Rational length) override;
  void join() override;
  [[nodiscard]] Result<void> end() override;
  [[nodiscard]] double seconds_done() const override;

  // After join().
  [[nodiscard]] const std::vector<Programme>& programmes() const { return programmes_; }
  [[nodiscard]] std::optional<media::Loudness> loudness_of_all() const { return LoudnessMeter::together(meters_); }

 private:
  static constexpr std::size_t kChunksAhead = 16;  // 3 s of sound
  struct Lane {
    Lane(RunState& state, const RenditionPlan& rendition, RenditionSink& sink)
        : plan(rendition), encoder(rendition, sink), strand(state, kChunksAhead) {}
    const RenditionPlan& plan;
    AudioEncoder encoder;
    std::atomic<std::int64_t> samples_done{0};
    Strand strand;
  };
  struct Output {
    std::vector<Lane*> lanes;
    bool measures = false;
    std::unique_ptr<Converter> converter;
  };

  [[nodiscard]] Result<void> decoded(const AVFrame& frame);
  [[nodiscard]] Result<void> align(const AVFrame& frame, int& skip);
  [[nodiscard]] Result<void> first_frame(const AVFrame& frame);
  [[nodiscard]] Result<void> insert_silence(std::int64_t samples, int rate);
  [[nodiscard]] Result<void> fill_to(media::Rational length);
  [[nodiscard]] bool keeps_time(const PacketCopier& copier) const;
  [[nodiscard]] Result<void> distribute(Output& output, PcmChunk chunk);
  [[nodiscard]] Result<void> check_order() const;
  [[nodiscard]] Result<void> programme_done();
  [[nodiscard]] Result<void> add_output(const PcmFormat& format, Lane* lane);

  RunState& state_;
  AudioBranchPlan plan_;
  int stream_ = 0;
  bool begun_ = false;  // reader's thread
  Clock clock_;
  AVRational time_base_{1, 1};
  std::string where_;
  std::shared_ptr<AudioDecoder> decoder_;  // of the current input; replaced on the decode strand's own time only
  std::vector<std::unique_ptr<Lane>> lanes_;
  std::vector<std::unique_ptr<PacketCopier>> copiers_;  // used on the decode strand
  std::vector<Output> outputs_;
  std::vector<LoudnessMeter> meters_;
  std::vector<Programme> programmes_;
  SampleCount position_;       // of this input so far, at its first rate
  double overlapped_ = 0;      // seconds of this input's sound that were told to be before the end of what came earlier
  double displaced_ = 0;       // seconds of silence put in or of sound left out, which packets copied as they are do not follow
  double silent_end_ = 0;      // seconds of silence after the last sound
  std::int64_t timeline_ = 0;  // samples of all inputs before it, at the timeline's rate
  std::uint32_t rate_ = 0;
  std::unique_ptr<Strand> meter_strand_, decode_strand_;
};

}  // namespace segue::transcoder::ffmpeg
