// SPDX-License-Identifier: Apache-2.0
#include "transcoder/ffmpeg/video_encoder.h"

extern "C" {
#include <libavutil/opt.h>
#include <libavutil/pixdesc.h>
}

#include <algorithm>
#include <array>
#include <cstdio>

#include "transcoder/ffmpeg/error.h"
#include "transcoder/ffmpeg/hdr_metadata.h"
#include "transcoder/ffmpeg/video_format.h"
#include "transcoder/nal.h"

namespace segue::transcoder::ffmpeg {
namespace {

using media::Codec;

const char* encoder_name(Codec codec) {
  switch (codec) {
    case Codec::h264: return "libx264";
    case Codec::hevc: return "libx265";
    case Codec::av1: return "libsvtav1";
    default: return "";
  }
}

}  // namespace

VideoEncoder::VideoEncoder(VideoTrack& track, int threads)
    : track_(track),
      plan_(track.plan()),
      where_(track.where()),
      threads_(threads),
      filter_(
          where_, [this](const AVFrame& picture) { return scaling(picture); }, [this](Picture scaled) { return encode(scaled.get()); }),
      key_frames_(plan_.grid, plan_.track.video.frame_rate) {}

const char* VideoEncoder::pixel_format() const { return plan_.track.video.range == media::VideoRange::sdr ? "yuv420p" : "yuv420p10le"; }

std::string VideoEncoder::scaling(const AVFrame& picture) const {
  const media::VideoFormat& video = plan_.track.video;
  const std::string size = std::to_string(video.width) + ":" + std::to_string(video.height);
  const bool fits = picture.width == static_cast<int>(video.width) && picture.height == static_cast<int>(video.height) &&
                    picture.format == av_get_pix_fmt(pixel_format()) && picture.color_range != AVCOL_RANGE_JPEG;
  const bool hdr = picture.color_trc == AVCOL_TRC_SMPTE2084 || picture.color_trc == AVCOL_TRC_ARIB_STD_B67;
  if (fits && !(hdr && video.range == media::VideoRange::sdr)) return "null";  // not even a copy
  if (!hdr || video.range != media::VideoRange::sdr) {
    return "scale=" + size + ":flags=bicubic:out_range=tv" + (is_rgb(picture.format) ? ":out_color_matrix=bt709" : "") +
           ",format=" + pixel_format();
  }
  // BT.2390's way in short: to linear light with 100 cd/m2 as reference white, BT.709 primaries, a filmic curve for what is brighter.
  const char* transfer = picture.color_trc == AVCOL_TRC_SMPTE2084 ? "smpte2084" : "arib-std-b67";
  return "scale=" + size + ":flags=bicubic,zscale=tin=" + transfer +
         ":pin=bt2020:min=bt2020nc:t=linear:npl=100,format=gbrpf32le,zscale=p=bt709,tonemap=tonemap=hable:desat=0,zscale=t=bt709:m=bt709:r="
         "tv,format=yuv420p";
}

void VideoEncoder::set_rates() {
  codec_->rc_max_rate = plan_.rung.max_rate;
  codec_->rc_buffer_size = static_cast<int>(std::min<std::int64_t>(plan_.rung.max_rate * 3LL / 2, INT32_MAX));
  codec_->gop_size = static_cast<int>(key_frames_.longest_distance());
  codec_->keyint_min = 1;
}

void VideoEncoder::set_colour() {
  const media::VideoFormat& video = plan_.track.video;
  codec_->color_primaries = static_cast<AVColorPrimaries>(video.colour_primaries);
  codec_->color_trc = static_cast<AVColorTransferCharacteristic>(video.transfer);
  codec_->colorspace = static_cast<AVColorSpace>(video.matrix);
  codec_->color_range = AVCOL_RANGE_MPEG;
}

// No key frame that the grid does not ask for, no reference across one, parameter sets in the header only.
std::string VideoEncoder::codec_parameters(const AVFrame& first) const {
  const bool hdr = plan_.track.video.range != media::VideoRange::sdr;
  const std::string mastering = hdr ? hdr_parameters(hdr_metadata_of(first), plan_.rung.codec) : "";
  switch (plan_.rung.codec) {
    case Codec::h264: return "scenecut=0:open-gop=0";
    case Codec::hevc: {
      std::string text =
          "log-level=none:scenecut=0:open-gop=0:repeat-headers=0:keyint=" + std::to_string(codec_->gop_size) + ":min-keyint=1";
      text += ":vbv-maxrate=" + std::to_string(plan_.rung.max_rate / 1000) +
              ":vbv-bufsize=" + std::to_string(plan_.rung.max_rate * 3ULL / 2000);
      text += ":pools=" + std::to_string(threads_) + ":frame-threads=1";
      if (plan_.track.video.range == media::VideoRange::pq) text += ":hdr10-opt=1";
      return text + mastering;
    }
    default: return "scd=0:lp=" + std::to_string(threads_) + mastering;
  }
}

Result<void> VideoEncoder::open(const AVFrame& scaled) {
  const AVCodec* encoder = avcodec_find_encoder_by_name(encoder_name(plan_.rung.codec));
  if (encoder == nullptr) return Error{where_ + ": this FFmpeg has no encoder " + encoder_name(plan_.rung.codec)};
  codec_.reset(avcodec_alloc_context3(encoder));
  packet_.reset(av_packet_alloc());
  if (!codec_ || !packet_) return Error{where_ + ": out of memory"};
  const media::Rational rate = plan_.track.video.frame_rate;
  codec_->width = scaled.width;
  codec_->height = scaled.height;
  codec_->pix_fmt = static_cast<AVPixelFormat>(scaled.format);
  codec_->framerate = {static_cast<int>(rate.num), static_cast<int>(rate.den)};
  codec_->time_base = {static_cast<int>(rate.den), static_cast<int>(rate.num)};
  codec_->sample_aspect_ratio = {1, 1};
  codec_->thread_count = threads_;
  codec_->flags |= AV_CODEC_FLAG_GLOBAL_HEADER | AV_CODEC_FLAG_CLOSED_GOP;
  set_rates();
  set_colour();
  std::array<char, 32> quality{};
  std::snprintf(quality.data(), quality.size(), "%g", plan_.rung.quality);
  Options options;
  options.set("preset", plan_.rung.preset.c_str());
  options.set("crf", quality.data());
  options.set("forced-idr", "1");
  const std::string parameters = codec_parameters(scaled);
  options.set(plan_.rung.codec == Codec::h264   ? "x264-params"
              : plan_.rung.codec == Codec::hevc ? "x265-params"
                                                : "svtav1-params",
              parameters.c_str());
  if (plan_.rung.codec == Codec::av1) codec_->rc_max_rate = codec_->rc_buffer_size = 0;  // SVT-AV1 of Debian 12 refuses a cap beside CRF
  if (const int code = avcodec_open2(codec_.get(), encoder, options.get()); code < 0)
    return error(where_, "encoder cannot be opened", code);
  auto record = video_config(plan_.rung.codec, {codec_->extradata, static_cast<std::size_t>(codec_->extradata_size)});
  if (!record) return Error{where_ + ": " + record.error().message};
  return track_.begin(std::move(*record));
}

Result<void> VideoEncoder::write(const AVFrame& picture, std::int64_t number, std::int64_t chunk, Role role) {
  if (codec_ && chunk != chunk_) {
    if (auto ended = end_chunk(); !ended) return ended;
  }
  number_ = number;
  chunk_ = chunk;
  if (role == Role::own) {
    if (first_own_ < 0) first_own_ = number;
    last_own_ = number;
  }
  return filter_.write(picture, {1, 1});
}

Result<void> VideoEncoder::encode(const AVFrame* scaled) {
  if (scaled == nullptr) {
    if (const int code = avcodec_send_frame(codec_.get(), nullptr); code < 0 && code != AVERROR_EOF) return error(where_, "encoding", code);
    return packets();
  }
  if (!codec_) {
    if (auto opened = open(*scaled); !opened) return opened;
  }
  const FramePtr frame(av_frame_clone(scaled));
  if (!frame) return Error{where_ + ": out of memory"};
  frame->pts = number_;
  frame->pict_type = key_frames_.is_key(number_) ? AV_PICTURE_TYPE_I : AV_PICTURE_TYPE_NONE;
  if (const int code = avcodec_send_frame(codec_.get(), frame.get()); code < 0) return error(where_, "encoding", code);
  return packets();
}

Result<void> VideoEncoder::end_chunk() {
  if (auto flushed = encode(nullptr); !flushed) return flushed;
  codec_.reset();
  const bool context_only = first_own_ < 0;  // the run-up of a chunk that never came: the film ended before
  first_own_ = last_own_ = -1;
  return context_only ? Result<void>() : track_.end_chunk(chunk_);
}

Result<void> VideoEncoder::packets() {
  for (;;) {
    const int code = avcodec_receive_packet(codec_.get(), packet_.get());
    if (code == AVERROR(EAGAIN) || code == AVERROR_EOF) return {};
    if (code < 0) return error(where_, "encoding", code);
    auto delivered = deliver(*packet_);
    av_packet_unref(packet_.get());
    if (!delivered) return delivered;
  }
}

Result<void> VideoEncoder::deliver(const AVPacket& packet) {
  if (first_own_ < 0 || packet.pts < first_own_ || packet.pts > last_own_) return {};
  return track_.add(chunk_, {.number = packet.pts,
                             .sync = (packet.flags & AV_PKT_FLAG_KEY) != 0,
                             .data = stored_sample(plan_.rung.codec, {packet.data, static_cast<std::size_t>(packet.size)})});
}

Result<void> VideoEncoder::flush() {
  if (auto done = filter_.finish(); !done) return done;
  return codec_ ? end_chunk() : Result<void>();
}

}  // namespace segue::transcoder::ffmpeg
