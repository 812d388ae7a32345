// SPDX-License-Identifier: Apache-2.0
// Pictures at a constant rate in, encoded ones of one rendition out: scaled, toned down when the rendition is SDR and the source is not,
// encoded in closed GOPs with key frames where the common grid wants them and nowhere else.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "media/result.h"
#include "transcoder/ffmpeg/handles.h"
#include "transcoder/ffmpeg/picture_filter.h"
#include "transcoder/ffmpeg/video_track.h"
#include "transcoder/key_frames.h"

namespace segue::transcoder::ffmpeg {

class VideoEncoder {
 public:
  VideoEncoder(VideoTrack& track, int threads);

  // Chunks in order, of each its pictures in order; `number` counts through all chunks. With a new chunk a new encoder begins.
  // Role::context: pictures just before and after the chunk's own, which are encoded and not handed on.
  enum class Role { own, context };
  [[nodiscard]] Result<void> write(const AVFrame& picture, std::int64_t number, std::int64_t chunk, Role role);
  [[nodiscard]] Result<void> flush();

 private:
  [[nodiscard]] Result<void> open(const AVFrame& scaled);
  [[nodiscard]] Result<void> encode(const AVFrame* scaled);
  [[nodiscard]] Result<void> end_chunk();
  [[nodiscard]] Result<void> packets();
  [[nodiscard]] Result<void> deliver(const AVPacket& packet);
  void set_rates();
  void set_colour();
  std::string codec_parameters(const AVFrame& first) const;
  std::string scaling(const AVFrame& picture) const;
  const char* pixel_format() const;

  VideoTrack& track_;
  const RenditionPlan& plan_;
  const std::string& where_;
  int threads_;
  PictureFilter filter_;
  KeyFrames key_frames_;
  CodecPtr codec_;
  PacketPtr packet_;
  std::int64_t number_ = 0, chunk_ = 0;          // of the picture that is in the filter: it hands on each as it comes
  std::int64_t first_own_ = -1, last_own_ = -1;  // of this chunk, so far
};

}  // namespace segue::transcoder::ffmpeg
