// SPDX-License-Identifier: Apache-2.0
// PCM of one format in, one audio rendition's samples out to its sink. Priming is what the encoder says (initial_padding; a test decodes
// and compares), tail what the count of samples leaves.
//   AAC, Opus   one run through all programmes
//   FLAC        each programme is begun and ended on its own: a frame starts at its first sample, STREAMINFO (count, MD5) is its own
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "media/result.h"
#include "transcoder/ffmpeg/converter.h"
#include "transcoder/ffmpeg/handles.h"
#include "transcoder/transcode.h"

namespace segue::transcoder::ffmpeg {

// What the encoder of a rendition takes.
[[nodiscard]] PcmFormat pcm_format(const RenditionPlan& plan);

class AudioEncoder {
 public:
  AudioEncoder(const RenditionPlan& plan, RenditionSink& sink) : plan_(plan), sink_(sink), where_("rendition " + plan.id) {}

  [[nodiscard]] Result<void> write(const AVFrame& pcm);
  // A programme of several is complete.
  [[nodiscard]] Result<void> join();
  // Everything has been written: flushes the encoder. The sink's end() is not called yet, since it wants the loudness.
  [[nodiscard]] Result<void> flush();
  [[nodiscard]] Result<void> end(const std::optional<media::Loudness>& loudness, const std::optional<media::Loudness>& album);
  std::int64_t samples_in() const { return samples_in_; }

 private:
  struct FifoFree {
    void operator()(AVAudioFifo* fifo) const { av_audio_fifo_free(fifo); }
  };
  [[nodiscard]] Result<void> open();
  [[nodiscard]] Result<void> drain_fifo(int least);
  [[nodiscard]] Result<void> encode(const AVFrame* frame);
  [[nodiscard]] Result<void> packets();
  [[nodiscard]] Result<void> deliver(const AVPacket& packet);

  const RenditionPlan& plan_;
  RenditionSink& sink_;
  std::string where_;
  CodecPtr codec_;
  PacketPtr packet_;
  std::unique_ptr<AVAudioFifo, FifoFree> fifo_;
  media::TrackConfig config_;
  std::int64_t samples_in_ = 0;  // programme samples of all programmes
  std::int64_t fed_ = 0;         // of this encoder
  media::Ticks next_dts_ = 0;    // through all programmes
  media::Ticks coded_ = 0;       // ticks out of this encoder
  std::uint64_t bytes_ = 0;
};

}  // namespace segue::transcoder::ffmpeg
