// SPDX-License-Identifier: Apache-2.0
// Owners of libav* objects. Nothing outside transcoder/ffmpeg/ sees them.
#pragma once

extern "C" {
#include <libavcodec/avcodec.h>
#include <libavfilter/avfilter.h>
#include <libavformat/avformat.h>
#include <libavutil/audio_fifo.h>
#include <libswresample/swresample.h>
}

#include <cstdint>
#include <memory>

namespace segue::transcoder::ffmpeg {

template <auto release>
struct Releaser {
  template <class T>
  void operator()(T* handle) const {
    release(&handle);
  }
};

using IoPtr = std::unique_ptr<AVIOContext, Releaser<avio_closep>>;
using FormatPtr = std::unique_ptr<AVFormatContext, Releaser<avformat_close_input>>;
using CodecPtr = std::unique_ptr<AVCodecContext, Releaser<avcodec_free_context>>;
using FramePtr = std::unique_ptr<AVFrame, Releaser<av_frame_free>>;
using PacketPtr = std::unique_ptr<AVPacket, Releaser<av_packet_free>>;
using SwrPtr = std::unique_ptr<SwrContext, Releaser<swr_free>>;
using GraphPtr = std::unique_ptr<AVFilterGraph, Releaser<avfilter_graph_free>>;

// Options for an open call; what is left in it afterwards was not understood.
class Options {
 public:
  Options() = default;
  ~Options() { av_dict_free(&dictionary_); }
  Options(const Options&) = delete;
  Options& operator=(const Options&) = delete;
  void set(const char* key, const char* value) { av_dict_set(&dictionary_, key, value, 0); }
  AVDictionary** get() { return &dictionary_; }

 private:
  AVDictionary* dictionary_ = nullptr;
};

// A channel layout by value (those with a custom map own memory).
class Layout {
 public:
  Layout() = default;
  explicit Layout(const AVChannelLayout& from) { av_channel_layout_copy(&layout_, &from); }
  Layout(const Layout& from) : Layout(from.layout_) {}
  Layout& operator=(const Layout& from) {
    if (this != &from) av_channel_layout_copy(&layout_, &from.layout_);
    return *this;
  }
  ~Layout() { av_channel_layout_uninit(&layout_); }
  static Layout of_mask(std::uint64_t mask, std::uint32_t channels) {
    Layout layout;
    if (mask == 0 || av_channel_layout_from_mask(&layout.layout_, mask) < 0)
      av_channel_layout_default(&layout.layout_, static_cast<int>(channels));
    return layout;
  }
  const AVChannelLayout* get() const { return &layout_; }
  int channels() const { return layout_.nb_channels; }
  friend bool operator==(const Layout& a, const Layout& b) { return av_channel_layout_compare(&a.layout_, &b.layout_) == 0; }

 private:
  AVChannelLayout layout_{};
};

}  // namespace segue::transcoder::ffmpeg
