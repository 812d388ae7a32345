// SPDX-License-Identifier: Apache-2.0
#include "decode.h"

extern "C" {
#include <libavcodec/avcodec.h>
#include <libavutil/pixdesc.h>
}

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <functional>

namespace segue::transcoder {
namespace {

AVCodecID id_of(media::Codec codec) {
  switch (codec) {
    case media::Codec::aac: return AV_CODEC_ID_AAC;
    case media::Codec::opus: return AV_CODEC_ID_OPUS;
    case media::Codec::flac: return AV_CODEC_ID_FLAC;
    case media::Codec::alac: return AV_CODEC_ID_ALAC;
    case media::Codec::h264: return AV_CODEC_ID_H264;
    case media::Codec::hevc: return AV_CODEC_ID_HEVC;
    case media::Codec::av1: return AV_CODEC_ID_AV1;
    default: return AV_CODEC_ID_NONE;
  }
}

// What libavcodec wants as extradata: FLAC's STREAMINFO bare, ALAC's in its atom, Opus' header as in Ogg with no pre-skip, so
// that nothing is cut.
std::vector<std::uint8_t> extradata(const media::TrackConfig& config) {
  if (config.codec == media::Codec::flac) return {config.config.begin() + 4, config.config.end()};
  if (config.codec == media::Codec::opus) {
    std::vector<std::uint8_t> head = {'O', 'p', 'u', 's', 'H', 'e', 'a', 'd', 1, config.config[1], 0, 0, 0x80, 0xBB, 0, 0, 0, 0};
    head.insert(head.end(), config.config.begin() + 10, config.config.end());
    return head;
  }
  if (config.codec == media::Codec::alac) {
    std::vector<std::uint8_t> atom = {0, 0, 0, 36, 'a', 'l', 'a', 'c', 0, 0, 0, 0};
    atom.insert(atom.end(), config.config.begin(), config.config.end());
    return atom;
  }
  return config.config;
}

void append(const AVFrame& frame, std::vector<double>& out) {
  const auto format = static_cast<AVSampleFormat>(frame.format);
  const bool planar = av_sample_fmt_is_planar(format) != 0;
  const int channels = frame.ch_layout.nb_channels;
  for (int i = 0; i < frame.nb_samples; ++i) {
    for (int c = 0; c < channels; ++c) {
      const std::uint8_t* plane = frame.extended_data[planar ? c : 0];
      const int at = planar ? i : i * channels + c;
      switch (av_get_packed_sample_fmt(format)) {
        case AV_SAMPLE_FMT_FLT: out.push_back(static_cast<double>(reinterpret_cast<const float*>(plane)[at])); break;
        case AV_SAMPLE_FMT_S16: out.push_back(reinterpret_cast<const std::int16_t*>(plane)[at] / 32768.0); break;
        case AV_SAMPLE_FMT_S32: out.push_back(reinterpret_cast<const std::int32_t*>(plane)[at] / 2147483648.0); break;
        default: std::abort();
      }
    }
  }
}

double mean_luma(const AVFrame& frame, int depth) {
  double sum = 0;
  for (int y = 0; y < frame.height; ++y) {
    const std::uint8_t* line = frame.data[0] + static_cast<std::ptrdiff_t>(y) * frame.linesize[0];
    for (int x = 0; x < frame.width; ++x) sum += depth > 8 ? reinterpret_cast<const std::uint16_t*>(line)[x] : line[x];
  }
  return sum / frame.width / frame.height / (1 << depth);
}

void decode(const KeptTrack& track, const std::function<void(const AVFrame&)>& take) {
  const media::TrackConfig& config = track.begun;
  AVCodecContext* codec = avcodec_alloc_context3(avcodec_find_decoder(id_of(config.codec)));
  const std::vector<std::uint8_t> extra = extradata(config);
  codec->extradata = static_cast<std::uint8_t*>(av_mallocz(extra.size() + AV_INPUT_BUFFER_PADDING_SIZE));
  std::memcpy(codec->extradata, extra.data(), extra.size());
  codec->extradata_size = static_cast<int>(extra.size());
  if (media::kind_of(config.codec) == media::TrackKind::audio) {
    codec->sample_rate = static_cast<int>(config.audio.sample_rate);
    av_channel_layout_default(&codec->ch_layout, static_cast<int>(config.audio.channels));
  }
  codec->flags2 |= AV_CODEC_FLAG2_SKIP_MANUAL;
  if (avcodec_open2(codec, nullptr, nullptr) < 0) std::abort();
  AVPacket* packet = av_packet_alloc();
  AVFrame* frame = av_frame_alloc();
  const auto receive = [&] {
    while (avcodec_receive_frame(codec, frame) >= 0) take(*frame);
  };
  for (const KeptSample& sample : track.samples) {
    av_new_packet(packet, static_cast<int>(sample.data.size()));
    std::memcpy(packet->data, sample.data.data(), sample.data.size());
    packet->pts = sample.pts;
    packet->dts = sample.dts;
    avcodec_send_packet(codec, packet);
    av_packet_unref(packet);
    receive();
  }
  avcodec_send_packet(codec, nullptr);
  receive();
  av_frame_free(&frame);
  av_packet_free(&packet);
  avcodec_free_context(&codec);
}

}  // namespace

std::vector<double> decode_samples(const KeptTrack& track) {
  std::vector<double> out;
  decode(track, [&](const AVFrame& frame) { append(frame, out); });
  return out;
}

DecodedPictures decode_pictures(const KeptTrack& track) {
  DecodedPictures pictures;
  decode(track, [&](const AVFrame& frame) {
    ++pictures.count;
    pictures.width = frame.width;
    pictures.height = frame.height;
    pictures.bit_depth = av_pix_fmt_desc_get(static_cast<AVPixelFormat>(frame.format))->comp[0].depth;
    pictures.mean_luma.push_back(mean_luma(frame, pictures.bit_depth));
    if (pictures.bit_depth != 8) return;
    auto& luma = pictures.luma.emplace_back();
    for (int row = 0; row < frame.height; ++row) {
      const std::uint8_t* line = frame.data[0] + static_cast<std::ptrdiff_t>(row) * frame.linesize[0];
      luma.insert(luma.end(), line, line + frame.width);
    }
  });
  return pictures;
}

std::vector<double> decode_file(const std::string& path, const std::string& options) {
  const std::string command = "ffmpeg -nostdin -hide_banner -loglevel error -i '" + path + "' -map 0:a:0 " + options + " -f f64le -";
  std::FILE* pipe = popen(command.c_str(), "r");
  std::vector<double> out;
  std::array<double, 4096> block{};
  std::size_t count = 0;
  while (pipe != nullptr && (count = std::fread(block.data(), sizeof(double), block.size(), pipe)) > 0)
    out.insert(out.end(), block.begin(), block.begin() + static_cast<std::ptrdiff_t>(count));
  if (pipe != nullptr) pclose(pipe);
  return out;
}

int best_offset(const std::vector<double>& whole, const std::vector<double>& part, std::size_t channels, int expected, int range) {
  int best = expected - range;
  double least = 1e300;
  for (int offset = expected - range; offset <= expected + range; ++offset) {
    double error = 0;
    for (std::size_t i = 0; i < part.size(); i += channels) {
      const std::ptrdiff_t at = static_cast<std::ptrdiff_t>(i) + static_cast<std::ptrdiff_t>(channels) * offset;
      const double there = at < 0 || at >= static_cast<std::ptrdiff_t>(whole.size()) ? 0 : whole[static_cast<std::size_t>(at)];
      error += (there - part[i]) * (there - part[i]);
    }
    if (error < least) {
      least = error;
      best = offset;
    }
  }
  return best;
}

}  // namespace segue::transcoder
