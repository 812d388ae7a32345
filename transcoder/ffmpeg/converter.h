// SPDX-License-Identifier: Apache-2.0
// Decoded sound in whatever form, PCM of one rate, layout and sample format out, in chunks that several encoders share.
// The count is exact: after N samples in at rate R, round(N * rate / R) come out. One resampler runs on through an album's joins.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "media/result.h"
#include "transcoder/ffmpeg/handles.h"

namespace segue::transcoder::ffmpeg {

struct PcmFormat {
  int sample_rate = 0;
  Layout layout;
  AVSampleFormat sample_format = AV_SAMPLE_FMT_NONE;
  friend bool operator==(const PcmFormat&, const PcmFormat&) = default;
};

using PcmChunk = std::shared_ptr<const AVFrame>;

class Converter {
 public:
  using Sink = std::function<Result<void>(PcmChunk)>;
  Converter(PcmFormat out, std::string where, double gain, Sink sink)
      : out_(std::move(out)), where_(std::move(where)), gain_(gain), sink_(std::move(sink)) {}

  [[nodiscard]] Result<void> write(const AVFrame& frame);
  [[nodiscard]] Result<void> silence(std::int64_t samples);  // at the output's rate
  // Hands on what stands in the unfinished chunk; the resampler's own delay stays in it.
  [[nodiscard]] Result<void> flush_chunk();
  // The input's form changes, or there is no more: empties the resampler and makes the total exact.
  [[nodiscard]] Result<void> finish();
  const PcmFormat& format() const { return out_; }
  void set_gain(double gain) { gain_ = gain; }

 private:
  [[nodiscard]] Result<void> prepare(const AVFrame& frame);
  [[nodiscard]] Result<void> room();
  [[nodiscard]] Result<void> convert(const std::uint8_t** data, int samples);
  [[nodiscard]] Result<void> emit_if_full();

  static constexpr int kChunkSamples = 8192;

  PcmFormat out_;
  std::string where_;
  double gain_ = 1;
  Sink sink_;
  SwrPtr swr_;
  int in_rate_ = 0, in_format_ = -1;
  Layout in_layout_;
  std::int64_t in_samples_ = 0;              // since the resampler was made
  std::int64_t made_ = 0, made_before_ = 0;  // out samples in all, and before this resampler
  FramePtr chunk_;
};

}  // namespace segue::transcoder::ffmpeg
