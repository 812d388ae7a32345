// SPDX-License-Identifier: Apache-2.0
#include "transcoder/ffmpeg/audio_encoder.h"

extern "C" {
#include <libavutil/opt.h>
}

#include <algorithm>

#include "transcoder/ffmpeg/codec_config.h"
#include "transcoder/ffmpeg/error.h"

namespace segue::transcoder::ffmpeg {
namespace {

using media::Codec;

const char* encoder_name(Codec codec) {
  switch (codec) {
    case Codec::aac: return "aac";
    case Codec::opus: return "libopus";
    case Codec::flac: return "flac";
    default: return "";
  }
}

AVSampleFormat sample_format(const RenditionPlan& plan) {
  switch (plan.rung.codec) {
    case Codec::aac: return AV_SAMPLE_FMT_FLTP;
    case Codec::opus: return AV_SAMPLE_FMT_FLT;
    default: return plan.track.audio.bit_depth > 16 ? AV_SAMPLE_FMT_S32 : AV_SAMPLE_FMT_S16;
  }
}

}  // namespace

PcmFormat pcm_format(const RenditionPlan& plan) {
  const media::AudioFormat& audio = plan.track.audio;
  std::uint64_t mask = audio.channel_mask;
  if (plan.rung.codec == Codec::aac && mask == AV_CH_LAYOUT_5POINT1)
    mask = AV_CH_LAYOUT_5POINT1_BACK;  // one layout, two names for its rear speakers
  return {static_cast<int>(audio.sample_rate), Layout::of_mask(mask, audio.channels), sample_format(plan)};
}

Result<void> AudioEncoder::open() {
  const AVCodec* encoder = avcodec_find_encoder_by_name(encoder_name(plan_.rung.codec));
  if (encoder == nullptr) return Error{where_ + ": this FFmpeg has no encoder " + encoder_name(plan_.rung.codec)};
  codec_.reset(avcodec_alloc_context3(encoder));
  packet_.reset(av_packet_alloc());
  if (!codec_ || !packet_) return Error{where_ + ": out of memory"};
  const PcmFormat pcm = pcm_format(plan_);
  codec_->sample_rate = pcm.sample_rate;
  codec_->sample_fmt = pcm.sample_format;
  codec_->time_base = {1, pcm.sample_rate};
  av_channel_layout_copy(&codec_->ch_layout, pcm.layout.get());
  codec_->bit_rate = plan_.rung.bit_rate;
  codec_->thread_count = 1;
  codec_->flags |= AV_CODEC_FLAG_GLOBAL_HEADER | AV_CODEC_FLAG_BITEXACT;
  if (pcm.sample_format == AV_SAMPLE_FMT_S32) codec_->bits_per_raw_sample = 24;
  Options options;
  if (plan_.rung.codec == Codec::aac) options.set("aac_coder", "twoloop");
  if (plan_.rung.codec == Codec::opus) options.set("vbr", "on");
  if (const int code = avcodec_open2(codec_.get(), encoder, options.get()); code < 0)
    return error(where_, "encoder cannot be opened", code);
  auto record = codec_config(plan_.rung.codec, {codec_->extradata, static_cast<std::size_t>(codec_->extradata_size)});
  if (!record) return Error{where_ + ": " + record.error().message};
  config_ = plan_.track;
  config_.config = std::move(*record);
  config_.lead_in = static_cast<std::uint32_t>(std::max(0, codec_->initial_padding));
  config_.average_bps = plan_.rung.bit_rate;
  fifo_.reset(av_audio_fifo_alloc(pcm.sample_format, pcm.layout.channels(), codec_->frame_size * 4));
  if (!fifo_) return Error{where_ + ": out of memory"};
  fed_ = coded_ = 0;
  return sink_.begin(config_);
}

Result<void> AudioEncoder::write(const AVFrame& pcm) {
  if (!codec_) {
    if (auto opened = open(); !opened) return opened;
  }
  if (av_audio_fifo_write(fifo_.get(), reinterpret_cast<void**>(pcm.extended_data), pcm.nb_samples) < pcm.nb_samples) {
    return Error{where_ + ": out of memory"};
  }
  samples_in_ += pcm.nb_samples;
  return drain_fifo(codec_->frame_size);
}

Result<void> AudioEncoder::drain_fifo(int least) {
  while (av_audio_fifo_size(fifo_.get()) >= least && av_audio_fifo_size(fifo_.get()) > 0) {
    FramePtr frame(av_frame_alloc());
    if (!frame) return Error{where_ + ": out of memory"};
    frame->nb_samples = std::min(codec_->frame_size, av_audio_fifo_size(fifo_.get()));
    frame->format = codec_->sample_fmt;
    frame->sample_rate = codec_->sample_rate;
    av_channel_layout_copy(&frame->ch_layout, &codec_->ch_layout);
    if (const int code = av_frame_get_buffer(frame.get(), 0); code < 0) return error(where_, "no memory for sound", code);
    av_audio_fifo_read(fifo_.get(), reinterpret_cast<void**>(frame->extended_data), frame->nb_samples);
    frame->pts = fed_;
    fed_ += frame->nb_samples;
    if (auto encoded = encode(frame.get()); !encoded) return encoded;
  }
  return {};
}

Result<void> AudioEncoder::encode(const AVFrame* frame) {
  if (const int code = avcodec_send_frame(codec_.get(), frame); code < 0 && code != AVERROR_EOF) return error(where_, "encoding", code);
  return packets();
}

Result<void> AudioEncoder::packets() {
  for (;;) {
    const int code = avcodec_receive_packet(codec_.get(), packet_.get());
    if (code == AVERROR(EAGAIN) || code == AVERROR_EOF) return {};
    if (code < 0) return error(where_, "encoding", code);
    auto delivered = deliver(*packet_);
    av_packet_unref(packet_.get());
    if (!delivered) return delivered;
  }
}

Result<void> AudioEncoder::deliver(const AVPacket& packet) {
  std::size_t size = 0;
  const std::uint8_t* extradata = av_packet_get_side_data(&packet, AV_PKT_DATA_NEW_EXTRADATA, &size);
  if (extradata != nullptr && plan_.rung.codec == Codec::flac && size >= 34) config_.config = flac_config({extradata + size - 34, 34});
  if (packet.size == 0) return {};
  // The whole access unit, also the last one: libavcodec would shorten it to what is not padding. Only FLAC's is really shorter.
  const bool flac = plan_.rung.codec == Codec::flac;
  const auto duration = static_cast<std::uint32_t>(flac ? std::min<std::int64_t>(codec_->frame_size, fed_ - coded_) : codec_->frame_size);
  const media::Sample sample{
      .dts = next_dts_, .pts = next_dts_, .duration = duration, .sync = true, .data = {packet.data, static_cast<std::size_t>(packet.size)}};
  next_dts_ += duration;
  coded_ += duration;
  bytes_ += sample.data.size();
  return sink_.sample(sample);
}

Result<void> AudioEncoder::join() {
  if (plan_.rung.codec != Codec::flac || !codec_) return {};
  if (auto flushed = flush(); !flushed) return flushed;
  if (auto ended = end(std::nullopt, std::nullopt); !ended) return ended;
  codec_.reset();
  return {};
}

Result<void> AudioEncoder::flush() {
  if (!codec_) return {};
  if (auto drained = drain_fifo(0); !drained) return drained;
  return encode(nullptr);
}

Result<void> AudioEncoder::end(const std::optional<media::Loudness>& loudness, const std::optional<media::Loudness>& album) {
  if (!codec_) return {};
  config_.tail = static_cast<std::uint32_t>(std::max<std::int64_t>(0, coded_ - config_.lead_in - fed_));
  if (coded_ > 0) config_.average_bps = static_cast<std::uint32_t>(bytes_ * 8 * config_.timescale / static_cast<std::uint64_t>(coded_));
  config_.loudness = loudness;
  config_.album_loudness = album;
  return sink_.end(config_);
}

}  // namespace segue::transcoder::ffmpeg
