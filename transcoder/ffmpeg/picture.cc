// SPDX-License-Identifier: Apache-2.0
#include "transcoder/picture.h"

#include <algorithm>
#include <cstring>
#include <string_view>

#include "transcoder/ffmpeg/error.h"
#include "transcoder/ffmpeg/picture_filter.h"

namespace segue::transcoder {
namespace {

using namespace ffmpeg;

constexpr int kQuality = 3;  // of 1 (best) to 31: a cover of 300 pixels has about 20 kB

AVCodecID codec_of(std::span<const std::uint8_t> file) {
  const std::string_view head(reinterpret_cast<const char*>(file.data()), std::min<std::size_t>(file.size(), 12));
  if (head.starts_with("\xFF\xD8\xFF")) return AV_CODEC_ID_MJPEG;
  if (head.starts_with("\x89PNG\r\n\x1A\n")) return AV_CODEC_ID_PNG;
  if (head.size() == 12 && head.starts_with("RIFF") && head.substr(8) == "WEBP") return AV_CODEC_ID_WEBP;
  if (head.starts_with("GIF87a") || head.starts_with("GIF89a")) return AV_CODEC_ID_GIF;
  return AV_CODEC_ID_NONE;
}

Result<FramePtr> decode(std::span<const std::uint8_t> file) {
  const AVCodec* codec = avcodec_find_decoder(codec_of(file));
  if (codec == nullptr) return Error{"picture: expected JPEG, PNG, WebP or GIF"};
  CodecPtr decoder(avcodec_alloc_context3(codec));
  PacketPtr packet(av_packet_alloc());
  FramePtr frame(av_frame_alloc());
  if (!decoder || !packet || !frame || av_new_packet(packet.get(), static_cast<int>(file.size())) < 0)
    return Error{"picture: out of memory"};
  std::memcpy(packet->data, file.data(), file.size());
  packet->flags |= AV_PKT_FLAG_KEY;
  decoder->thread_count = 1;
  decoder->max_pixels = kMaxPicturePixels;
  int code = avcodec_open2(decoder.get(), codec, nullptr);
  if (code >= 0) code = avcodec_send_packet(decoder.get(), packet.get());
  if (code >= 0) code = avcodec_send_packet(decoder.get(), nullptr);
  if (code >= 0) code = avcodec_receive_frame(decoder.get(), frame.get());
  if (code < 0) return error("picture", "cannot be decoded", code);
  return frame;
}

Result<std::vector<std::uint8_t>> encode(const AVFrame& picture) {
  const AVCodec* codec = avcodec_find_encoder(AV_CODEC_ID_MJPEG);
  CodecPtr encoder(avcodec_alloc_context3(codec));
  PacketPtr packet(av_packet_alloc());
  if (codec == nullptr || !encoder || !packet) return Error{"picture: no JPEG encoder"};
  encoder->width = picture.width;
  encoder->height = picture.height;
  encoder->pix_fmt = static_cast<AVPixelFormat>(picture.format);
  encoder->color_range = AVCOL_RANGE_JPEG;
  encoder->time_base = {1, 25};
  encoder->thread_count = 1;
  encoder->flags |= AV_CODEC_FLAG_QSCALE;
  encoder->global_quality = FF_QP2LAMBDA * kQuality;
  FramePtr frame(av_frame_clone(&picture));
  if (!frame) return Error{"picture: out of memory"};
  frame->quality = encoder->global_quality;
  frame->pts = 0;
  int code = avcodec_open2(encoder.get(), codec, nullptr);
  if (code >= 0) code = avcodec_send_frame(encoder.get(), frame.get());
  if (code >= 0) code = avcodec_receive_packet(encoder.get(), packet.get());
  if (code < 0) return error("picture", "cannot be encoded", code);
  return std::vector<std::uint8_t>(packet->data, packet->data + packet->size);
}

std::string chain_to(const AVFrame& picture, std::uint32_t side) {
  const auto scaled = [&](int length) {
    return std::max<std::int64_t>(
        1, (std::int64_t{length} * side + std::max(picture.width, picture.height) / 2) / std::max(picture.width, picture.height));
  };
  return "scale=w=" + std::to_string(scaled(picture.width)) + ":h=" + std::to_string(scaled(picture.height)) +
         ":flags=lanczos+accurate_rnd:out_range=pc,format=yuvj420p";
}

}  // namespace

Result<std::optional<std::vector<std::uint8_t>>> shrink_picture(std::span<const std::uint8_t> file, std::uint32_t side) {
  using Shrunk = std::optional<std::vector<std::uint8_t>>;
  silence_library_log();
  if (file.size() > kMaxPictureBytes)
    return Error{"picture: " + std::to_string(file.size()) + " bytes, expected at most " + std::to_string(kMaxPictureBytes)};
  auto picture = decode(file);
  if (!picture) return std::move(picture).error();
  if (static_cast<std::uint32_t>(std::max((*picture)->width, (*picture)->height)) <= side) return Shrunk();
  Shrunk out;
  PictureFilter filter(
      "picture", [&](const AVFrame& whole) { return chain_to(whole, side); },
      [&](const Picture& small) -> Result<void> {
        auto bytes = encode(*small);
        if (!bytes) return std::move(bytes).error();
        out = std::move(*bytes);
        return {};
      });
  if (auto written = filter.write(**picture, {1, 25}); !written) return std::move(written).error();
  if (auto finished = filter.finish(); !finished) return std::move(finished).error();
  if (!out) return Error{"picture: scaling gave nothing"};
  return out;
}

}  // namespace segue::transcoder
