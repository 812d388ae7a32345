// SPDX-License-Identifier: Apache-2.0
#include "transcoder/ffmpeg/picture_filter.h"

extern "C" {
#include <libavfilter/buffersink.h>
#include <libavfilter/buffersrc.h>
}

#include "transcoder/ffmpeg/error.h"

namespace segue::transcoder::ffmpeg {

bool PictureFilter::fits(const AVFrame& picture) const {
  return graph_ && picture.width == width_ && picture.height == height_ && picture.format == format_ && picture.colorspace == space_ &&
         picture.color_range == range_;
}

Result<void> PictureFilter::build(const AVFrame& picture, AVRational time_base) {
  width_ = picture.width;
  height_ = picture.height;
  format_ = picture.format;
  space_ = picture.colorspace;
  range_ = picture.color_range;
  time_base_ = time_base;
  graph_.reset(avfilter_graph_alloc());
  if (!graph_) return Error{where_ + ": out of memory"};
  graph_->nb_threads = 1;  // renditions run beside one another already
  source_ = avfilter_graph_alloc_filter(graph_.get(), avfilter_get_by_name("buffer"), "in");
  AVBufferSrcParameters* parameters = av_buffersrc_parameters_alloc();
  if (source_ == nullptr || parameters == nullptr) {
    av_free(parameters);
    return Error{where_ + ": out of memory"};
  }
  parameters->format = picture.format;
  parameters->width = picture.width;
  parameters->height = picture.height;
  parameters->time_base = time_base;
  parameters->sample_aspect_ratio = {1, 1};
#if LIBAVFILTER_VERSION_INT >= AV_VERSION_INT(10, 1, 100)
  parameters->color_space = picture.colorspace;  // FFmpeg 7.0 negotiates colour between filters
  parameters->color_range = picture.color_range;
#endif
  int code = av_buffersrc_parameters_set(source_, parameters);
  av_free(parameters);
  if (code >= 0) code = avfilter_init_str(source_, nullptr);
  if (code >= 0) code = avfilter_graph_create_filter(&end_, avfilter_get_by_name("buffersink"), "out", nullptr, nullptr, graph_.get());
  AVFilterInOut *outputs = avfilter_inout_alloc(), *inputs = avfilter_inout_alloc();
  if (code >= 0 && outputs != nullptr && inputs != nullptr) {
    *outputs = {av_strdup("in"), source_, 0, nullptr};
    *inputs = {av_strdup("out"), end_, 0, nullptr};
    code = avfilter_graph_parse_ptr(graph_.get(), chain_(picture).c_str(), &inputs, &outputs, nullptr);
  }
  avfilter_inout_free(&outputs);
  avfilter_inout_free(&inputs);
  if (code >= 0) code = avfilter_graph_config(graph_.get(), nullptr);
  if (code < 0) {
    graph_.reset();
    return error(where_, "pictures cannot be converted", code);
  }
  return {};
}

Result<void> PictureFilter::write(const AVFrame& picture, AVRational time_base) {
  if (!fits(picture)) {
    if (auto done = finish(); !done) return done;
    if (auto built = build(picture, time_base); !built) return built;
  }
  const int code = av_buffersrc_write_frame(source_, &picture);
  if (code < 0) return error(where_, "pictures cannot be converted", code);
  return receive();
}

Result<void> PictureFilter::receive() {
  for (;;) {
    FramePtr frame(av_frame_alloc());
    if (!frame) return Error{where_ + ": out of memory"};
    const int code = av_buffersink_get_frame(end_, frame.get());
    if (code == AVERROR(EAGAIN) || code == AVERROR_EOF) return {};
    if (code < 0) return error(where_, "pictures cannot be converted", code);
    // Some filters (deinterlacers) count finer than their input did.
    if (frame->pts != AV_NOPTS_VALUE) frame->pts = av_rescale_q(frame->pts, av_buffersink_get_time_base(end_), time_base_);
    if (auto taken = sink_(Picture(frame.release(), Releaser<av_frame_free>{})); !taken) return taken;
  }
}

Result<void> PictureFilter::finish() {
  if (!graph_) return {};
  if (const int code = av_buffersrc_write_frame(source_, nullptr); code < 0) return error(where_, "pictures cannot be converted", code);
  auto received = receive();
  graph_.reset();
  return received;
}

}  // namespace segue::transcoder::ffmpeg
