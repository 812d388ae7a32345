// SPDX-License-Identifier: Apache-2.0
// Sound without its first samples, as a view: nothing is copied.
#pragma once

#include "transcoder/ffmpeg/handles.h"

namespace segue::transcoder::ffmpeg {

// `samples` < frame.nb_samples. A pts in `time_base` moves along. Null: out of memory.
[[nodiscard]] FramePtr without_first(const AVFrame& frame, int samples, AVRational time_base);

}  // namespace segue::transcoder::ffmpeg
