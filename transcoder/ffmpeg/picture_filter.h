// SPDX-License-Identifier: Apache-2.0
// A chain of libavfilter's filters for pictures, made anew whenever the pictures that come in change their size, format or colour.
#pragma once

#include <functional>
#include <string>

#include "media/result.h"
#include "transcoder/ffmpeg/handles.h"

namespace segue::transcoder::ffmpeg {

using Picture = std::shared_ptr<const AVFrame>;

class PictureFilter {
 public:
  using Sink = std::function<Result<void>(Picture)>;
  // `chain` in libavfilter's syntax, chosen for the first picture of each kind.
  using Chain = std::function<std::string(const AVFrame&)>;
  PictureFilter(std::string where, Chain chain, Sink sink) : where_(std::move(where)), chain_(std::move(chain)), sink_(std::move(sink)) {}

  // Timestamps pass through in `time_base`.
  [[nodiscard]] Result<void> write(const AVFrame& picture, AVRational time_base);
  [[nodiscard]] Result<void> finish();

 private:
  [[nodiscard]] Result<void> build(const AVFrame& picture, AVRational time_base);
  [[nodiscard]] Result<void> receive();
  bool fits(const AVFrame& picture) const;

  std::string where_;
  Chain chain_;
  Sink sink_;
  AVRational time_base_{1, 1};
  GraphPtr graph_;
  AVFilterContext *source_ = nullptr, *end_ = nullptr;
  int width_ = 0, height_ = 0, format_ = -1, space_ = -1, range_ = -1;
};

}  // namespace segue::transcoder::ffmpeg
