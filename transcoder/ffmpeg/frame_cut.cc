// SPDX-License-Identifier: Apache-2.0
#include "transcoder/ffmpeg/frame_cut.h"

#include <algorithm>
#include <cstddef>

namespace segue::transcoder::ffmpeg {

FramePtr without_first(const AVFrame& frame, int samples, AVRational time_base) {
  FramePtr cut(av_frame_clone(&frame));
  if (!cut) return cut;
  const auto format = static_cast<AVSampleFormat>(frame.format);
  const bool planar = av_sample_fmt_is_planar(format) != 0;
  const int channels = frame.ch_layout.nb_channels, planes = planar ? channels : 1;
  const std::ptrdiff_t bytes = std::ptrdiff_t{samples} * av_get_bytes_per_sample(format) * (planar ? 1 : channels);
  for (int plane = 0; plane < planes; ++plane) cut->extended_data[plane] += bytes;
  // extended_data is data itself where that has room for all planes.
  for (int plane = 0; plane < std::min(planes, AV_NUM_DATA_POINTERS); ++plane) cut->data[plane] = cut->extended_data[plane];
  cut->nb_samples -= samples;
  if (cut->pts != AV_NOPTS_VALUE) cut->pts += av_rescale_q(samples, {1, frame.sample_rate}, time_base);
  return cut;
}

}  // namespace segue::transcoder::ffmpeg
