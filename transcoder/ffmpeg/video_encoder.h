// SPDX-License-Identifier: Apache-2.0
// Pictures at a constant rate in, one video rendition's samples out: scaled, toned down when the rendition is SDR and the source is not,
// encoded in closed GOPs with key frames where the common grid wants them and nowhere else.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "media/result.h"
#include "transcoder/ffmpeg/handles.h"
#include "transcoder/ffmpeg/picture_filter.h"
#include "transcoder/key_frames.h"
#include "transcoder/transcode.h"

namespace segue::transcoder::ffmpeg {

class VideoEncoder {
 public:
  VideoEncoder(const RenditionPlan& plan, RenditionSink& sink, int threads);

  [[nodiscard]] Result<void> write(const AVFrame& picture);  // the next slot's
  [[nodiscard]] Result<void> flush();
  [[nodiscard]] Result<void> end();
  std::int64_t pictures() const { return written_; }

 private:
  [[nodiscard]] Result<void> open(const AVFrame& scaled);
  [[nodiscard]] Result<void> begin(media::CodecConfig record);
  [[nodiscard]] Result<void> encode(const AVFrame* scaled);
  [[nodiscard]] Result<void> packets();
  [[nodiscard]] Result<void> deliver(const AVPacket& packet);
  void set_rates();
  void set_colour();
  std::string codec_parameters() const;
  std::string scaling(const AVFrame& picture) const;
  const char* pixel_format() const;

  const RenditionPlan& plan_;
  RenditionSink& sink_;
  std::string where_;
  int threads_;
  PictureFilter filter_;
  KeyFrames key_frames_, expected_keys_;
  CodecPtr codec_;
  PacketPtr packet_;
  media::TrackConfig config_;
  std::uint32_t picture_ticks_ = 0;
  std::int64_t written_ = 0, encoded_ = 0, delivered_ = 0;
  std::uint64_t bytes_ = 0;
};

}  // namespace segue::transcoder::ffmpeg
