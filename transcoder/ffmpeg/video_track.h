// SPDX-License-Identifier: Apache-2.0
// One video rendition's way out: its encoders' pictures, chunk by chunk in order, as samples with their times.
#pragma once

#include <atomic>
#include <cstdint>
#include <mutex>
#include <string>

#include "transcoder/chunks.h"
#include "transcoder/key_frames.h"
#include "transcoder/transcode.h"

namespace segue::transcoder::ffmpeg {

class VideoTrack {
 public:
  VideoTrack(const RenditionPlan& plan, RenditionSink& sink);

  // An encoder is open. The first one begins the rendition. Error: this one's configuration differs from the first one's.
  [[nodiscard]] Result<void> begin(media::CodecConfig record);
  // From any of the rendition's encoders. Error: a key frame elsewhere than on the grid; the sink's.
  [[nodiscard]] Result<void> add(std::int64_t chunk, EncodedPicture picture) { return join_.add(chunk, std::move(picture)); }
  [[nodiscard]] Result<void> end_chunk(std::int64_t chunk) { return join_.end(chunk); }
  // After the last chunk.
  [[nodiscard]] Result<void> end();

  [[nodiscard]] const RenditionPlan& plan() const { return plan_; }
  [[nodiscard]] const std::string& where() const { return where_; }
  [[nodiscard]] std::int64_t delivered() const { return delivered_.load(std::memory_order_relaxed); }

 private:
  [[nodiscard]] Result<void> deliver(const EncodedPicture& picture);

  const RenditionPlan& plan_;
  RenditionSink& sink_;
  const std::string where_;
  const std::uint32_t picture_ticks_;
  std::mutex mutex_;  // of config_ while encoders open
  media::TrackConfig config_;
  KeyFrames expected_keys_;
  std::atomic<std::int64_t> delivered_{0};
  std::uint64_t bytes_ = 0;
  ChunkJoin join_;
};

}  // namespace segue::transcoder::ffmpeg
