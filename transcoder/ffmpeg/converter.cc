// SPDX-License-Identifier: Apache-2.0
#include "transcoder/ffmpeg/converter.h"

extern "C" {
#include <libavutil/opt.h>
#include <libavutil/samplefmt.h>
}

#include <algorithm>
#include <array>
#include <vector>

#include "media/time.h"
#include "transcoder/ffmpeg/error.h"

namespace segue::transcoder::ffmpeg {
namespace {

// A layout that swresample can mix from: the usual one for as many channels where the file does not tell.
Layout known_layout(const AVChannelLayout& layout) {
  if (layout.order != AV_CHANNEL_ORDER_UNSPEC) return Layout(layout);
  return Layout::of_mask(0, static_cast<std::uint32_t>(layout.nb_channels));
}

}  // namespace

Result<void> Converter::prepare(const AVFrame& frame) {
  const Layout layout = known_layout(frame.ch_layout);
  if (swr_ && frame.sample_rate == in_rate_ && frame.format == in_format_ && layout == in_layout_) return {};
  if (auto done = finish(); !done) return done;
  in_rate_ = frame.sample_rate;
  in_format_ = frame.format;
  in_layout_ = layout;
  in_samples_ = 0;
  made_before_ = made_;
  // More channels than any layout has a name for: the first two are taken for left and right.
  const bool nameless = layout.get()->order == AV_CHANNEL_ORDER_UNSPEC;
  const Layout mixed = nameless ? Layout::of_mask(AV_CH_LAYOUT_STEREO, 2) : layout;
  SwrContext* swr = nullptr;
  // const_cast: FFmpeg 5.1 forgot the const that 6.0 has.
  int code = swr_alloc_set_opts2(&swr, const_cast<AVChannelLayout*>(out_.layout.get()), out_.sample_format, out_.sample_rate,
                                 const_cast<AVChannelLayout*>(mixed.get()), static_cast<AVSampleFormat>(in_format_), in_rate_, 0, nullptr);
  swr_.reset(swr);
  if (code >= 0) {
    av_opt_set_double(swr, "rematrix_maxval", 1.0, 0);  // a downmix must not clip
    if (gain_ != 1) av_opt_set_double(swr, "rematrix_volume", gain_, 0);
    static constexpr std::array<int, 2> kFirstTwo = {0, 1};
    if (nameless) swr_set_channel_mapping(swr, kFirstTwo.data());
    code = swr_init(swr);
  }
  if (code < 0) return error(where_, "sound cannot be converted", code);
  return {};
}

Result<void> Converter::room() {
  if (chunk_) return {};
  chunk_.reset(av_frame_alloc());
  if (!chunk_) return Error{where_ + ": out of memory"};
  chunk_->format = out_.sample_format;
  chunk_->sample_rate = out_.sample_rate;
  av_channel_layout_copy(&chunk_->ch_layout, out_.layout.get());
  chunk_->nb_samples = kChunkSamples;
  if (const int code = av_frame_get_buffer(chunk_.get(), 0); code < 0) return error(where_, "no memory for sound", code);
  chunk_->nb_samples = 0;
  return {};
}

Result<void> Converter::emit_if_full() {
  if (!chunk_ || chunk_->nb_samples < kChunkSamples) return {};
  return flush_chunk();
}

Result<void> Converter::flush_chunk() {
  if (!chunk_ || chunk_->nb_samples == 0) return {};
  return sink_(PcmChunk(chunk_.release(), Releaser<av_frame_free>{}));
}

namespace {

// Pointers to sample `offset` of each plane.
std::vector<std::uint8_t*> planes_at(const AVFrame& frame, int offset) {
  const auto format = static_cast<AVSampleFormat>(frame.format);
  const bool planar = av_sample_fmt_is_planar(format) != 0;
  const int channels = frame.ch_layout.nb_channels;
  const std::ptrdiff_t step = av_get_bytes_per_sample(format) * (planar ? 1 : channels);
  std::vector<std::uint8_t*> planes(static_cast<std::size_t>(planar ? channels : 1));
  for (std::size_t i = 0; i < planes.size(); ++i) planes[i] = frame.extended_data[i] + step * offset;
  return planes;
}

}  // namespace

// Feeds the resampler once, then takes what it has until it has no more. `samples` 0 with null data drains its delay.
Result<void> Converter::convert(const std::uint8_t** data, int samples) {
  // A call with no new samples but non-null data takes what is inside without starting to drain.
  std::vector<const std::uint8_t*> nothing_new(static_cast<std::size_t>(std::max(1, in_layout_.channels())), nullptr);
  for (;;) {
    if (auto have = room(); !have) return have;
    const int free = kChunkSamples - chunk_->nb_samples;
    auto planes = planes_at(*chunk_, chunk_->nb_samples);
    const int made = swr_convert(swr_.get(), planes.data(), free, data, samples);
    if (made < 0) return error(where_, "sound cannot be converted", made);
    chunk_->nb_samples += made;
    made_ += made;
    if (auto emitted = emit_if_full(); !emitted) return emitted;
    if (made < free) return {};
    if (data != nullptr) data = nothing_new.data();
    samples = 0;
  }
}

Result<void> Converter::write(const AVFrame& frame) {
  if (auto ready = prepare(frame); !ready) return ready;
  in_samples_ += frame.nb_samples;
  return convert(const_cast<const std::uint8_t**>(frame.extended_data), frame.nb_samples);
}

Result<void> Converter::silence(std::int64_t samples) {
  while (samples > 0) {
    if (auto have = room(); !have) return have;
    const int count = static_cast<int>(std::min<std::int64_t>(samples, kChunkSamples - chunk_->nb_samples));
    av_samples_set_silence(chunk_->extended_data, chunk_->nb_samples, count, out_.layout.channels(), out_.sample_format);
    chunk_->nb_samples += count;
    made_ += count;
    samples -= count;
    if (auto emitted = emit_if_full(); !emitted) return emitted;
  }
  return {};
}

Result<void> Converter::finish() {
  if (swr_) {
    if (auto drained = convert(nullptr, 0); !drained) return drained;
    const std::int64_t target = made_before_ + media::rescale(in_samples_, in_rate_, out_.sample_rate);
    if (made_ < target) {
      if (auto padded = silence(target - made_); !padded) return padded;
    }
    // The resampler's filter runs a few samples over; they are in the unfinished chunk, or the count would be wrong by more than a chunk.
    if (made_ > target && chunk_) {
      const int surplus = static_cast<int>(std::min<std::int64_t>(made_ - target, chunk_->nb_samples));
      chunk_->nb_samples -= surplus;
      made_ -= surplus;
    }
    swr_.reset();
  }
  return flush_chunk();
}

}  // namespace segue::transcoder::ffmpeg
