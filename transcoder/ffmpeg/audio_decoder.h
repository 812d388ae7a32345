// SPDX-License-Identifier: Apache-2.0
// Packets of one audio stream in, exactly its programme's samples out: encoder delay and padding that the container or codec declares
// (MP3 LAME tag, MP4 edit list and iTunSMPB, Opus pre-skip, Vorbis end granule) are gone. Samples that are no numbers are refused where
// the source says them itself (PCM and what is lossless), and silenced where a lossy decoder made them.
// Frames are held back by kHoldSamples, because only the end tells how much of the last ones is padding.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "media/result.h"
#include "transcoder/ffmpeg/handles.h"

namespace segue::transcoder::ffmpeg {

class AudioDecoder {
 public:
  using Sink = std::function<Result<void>(const AVFrame&)>;
  static Result<std::unique_ptr<AudioDecoder>> open(const AVFormatContext& format, int stream, std::string where, Sink sink);

  [[nodiscard]] Result<void> decode(const AVPacket& packet);
  // Flushes, cuts the padding, delivers what was held. Error: nothing decoded, too much undecodable, or truncated.
  [[nodiscard]] Result<void> finish();
  std::int64_t samples() const { return delivered_; }
  int sample_rate() const { return sample_rate_; }

 private:
  AudioDecoder() = default;
  [[nodiscard]] Result<void> decode_whole(const AVPacket& packet);
  [[nodiscard]] Result<void> receive();
  [[nodiscard]] Result<void> hold(FramePtr frame);
  [[nodiscard]] Result<void> deliver(std::size_t keep_samples);
  [[nodiscard]] Result<void> verdict() const;
  [[nodiscard]] bool is_junk(const AVPacket& packet) const;
  void failed_packet();
  void cut_padding();
  void learn_skip(const AVPacket& packet);
  void count_ticks(const AVPacket& packet);
  [[nodiscard]] Result<bool> cut_start(FramePtr& frame);
  std::optional<std::int64_t> true_length() const;

  static constexpr std::size_t kHoldSamples = 8192;

  std::string where_, container_;
  Sink sink_;
  CodecPtr codec_;
  AVRational time_base_{1, 1};
  std::int64_t declared_ = AV_NOPTS_VALUE;  // stream duration in time_base_, as its header tells
  std::optional<std::int64_t> itunes_samples_;
  std::deque<FramePtr> held_;
  std::size_t held_samples_ = 0;
  std::int64_t decoded_ = 0, delivered_ = 0;
  std::int64_t packet_ticks_ = 0, packets_ = 0, errors_ = 0;
  std::int64_t untold_ = AV_NOPTS_VALUE;  // pts of a packet that does not tell its duration
  std::int64_t lost_at_start_ = 0;        // packets that could not be decoded before the first that could
  std::int64_t junk_ = 0;                 // packets since the last one that was not
  std::int64_t skip_start_ = 0;           // ticks of time_base_ before the programme
  std::int64_t skipped_ = 0;              // samples of them that are cut, where we do it
  bool cuts_start_itself_ = false;        // libavcodec does not
  int sample_rate_ = 0;
  bool last_failed_ = false, gave_sound_ = false;  // the last packet
  bool is_lossless_ = false;
};

}  // namespace segue::transcoder::ffmpeg
