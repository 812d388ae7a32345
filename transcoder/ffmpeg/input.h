// SPDX-License-Identifier: Apache-2.0
// An opened source: a regular file or a URL, demuxed packet by packet. Everything that a hostile file could make long or large is bounded
// here: each call of the demuxer has a deadline, probing a number of bytes, and a container may not open other files.
#pragma once

#include <atomic>
#include <chrono>
#include <memory>
#include <string>

#include "media/result.h"
#include "transcoder/ffmpeg/handles.h"

namespace segue::transcoder::ffmpeg {

inline constexpr std::chrono::seconds kStallTimeout{15};  // no byte from a URL for so long: it hangs
inline constexpr int kMaxStreams = 1000;                  // libavformat's own bound: a film may bring a hundred fonts, each a stream
inline constexpr int kMaxChannels = 64;                   // libavcodec's own bound
inline constexpr int kMaxSampleRate = 2'822'400;          // DSD512 as FFmpeg decodes it; the loudness meter's bound as well
inline constexpr int kMaxPixels = 8192 * 8192;
inline constexpr int kProbeBytes = 8 << 20, kProbeMicroseconds = 10'000'000;

class Input {
 public:
  // Error: one line with the path. `cancelled` may be null; it outlives the input.
  static Result<std::unique_ptr<Input>> open(const std::string& path_or_url, const std::atomic<bool>* cancelled = nullptr);
  Input(const Input&) = delete;
  Input& operator=(const Input&) = delete;

  // False at the end. Error: the source stalled, broke off or cannot be read on.
  [[nodiscard]] Result<bool> read(AVPacket* packet);

  AVFormatContext* format() { return format_.get(); }
  const std::string& name() const { return name_; }  // printable
  bool is_url() const { return is_url_; }

 private:
  Input() = default;
  [[nodiscard]] Result<void> open_format(const std::string& path_or_url);
  [[nodiscard]] int demux(const std::string& address, const AVInputFormat* kind);
  [[nodiscard]] Result<void> check_streams();
  [[nodiscard]] bool is_cut_off(const AVPacket& packet) const;
  void restart_clock();
  static int interrupted(void* self);

  std::string name_;
  bool is_url_ = false;
  const std::atomic<bool>* cancelled_ = nullptr;
  std::chrono::steady_clock::time_point deadline_;
  std::atomic<bool> stalled_{false};
  IoPtr source_;  // read by format_: goes after it
  FormatPtr format_;
};

// True for "scheme://...", false for a path.
[[nodiscard]] bool is_url(const std::string& path_or_url);

}  // namespace segue::transcoder::ffmpeg
