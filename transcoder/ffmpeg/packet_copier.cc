// SPDX-License-Identifier: Apache-2.0
#include "transcoder/ffmpeg/packet_copier.h"

extern "C" {
#include <libavutil/intreadwrite.h>
}

#include <algorithm>
#include <array>

#include "media/aac_config.h"
#include "transcoder/dolby.h"
#include "transcoder/ffmpeg/error.h"

namespace segue::transcoder::ffmpeg {
namespace {

using media::Codec;
using Bytes = std::span<const std::uint8_t>;

Result<PassThrough> aac(Bytes record) {
  auto parsed = media::parse_aac_config(record);
  if (!parsed) return parsed.error();
  auto plain = media::explicit_aac_config(record);
  if (!plain) return plain.error();
  if (parsed->channel_config == 0) return Error{"AAC: expected a channel configuration, found a program config element"};
  return PassThrough{Codec::aac, *plain, parsed->rate, parsed->frame_ticks()};
}

// A QuickTime atom: size, "alac", version and flags, then the 24 bytes of ALACSpecificConfig and perhaps a channel layout.
Result<PassThrough> alac(Bytes atom, const AVCodecParameters& stream) {
  if (atom.size() < 36) return Error{"ALAC: expected 36 bytes of configuration, found " + std::to_string(atom.size())};
  const Bytes config = atom.subspan(12, 24);
  return PassThrough{Codec::alac, {config.begin(), config.end()}, static_cast<std::uint32_t>(stream.sample_rate), AV_RB32(config.data())};
}

// Samples of an ALAC packet. Only the last of a stream is shorter, and says so itself; containers do not always (CAF): element tag (3
// bits), instance (4), unused (12), whether it is partial (1), shift (2), uncompressed (1), then the count (32).
std::uint32_t alac_samples(Bytes packet, std::uint32_t whole) {
  constexpr std::size_t kCountAt = 23;
  if (packet.size() < 8 || (packet[2] & 0x10u) == 0) return whole;
  const auto count = static_cast<std::uint32_t>(AV_RB64(packet.data()) >> (64 - kCountAt - 32));
  return std::clamp<std::uint32_t>(count, 1, whole);
}

}  // namespace

std::int64_t skipped_ticks(const AVPacket& packet) {
  std::size_t size = 0;
  const std::uint8_t* skip = av_packet_get_side_data(&packet, AV_PKT_DATA_SKIP_SAMPLES, &size);
  return skip != nullptr && size >= 10 ? static_cast<std::int64_t>(AV_RL32(skip)) : 0;
}

std::int64_t pre_roll_ticks(const AVPacket& first, std::string_view container) {
  if (!container.starts_with("mov") || first.pts == AV_NOPTS_VALUE || first.pts >= 0) return 0;
  return skipped_ticks(first) > 0 ? 0 : -first.pts;
}

Result<PassThrough> pass_through_config(const AVCodecParameters& stream, const AVPacket& first) {
  const Bytes extradata(stream.extradata, static_cast<std::size_t>(std::max(0, stream.extradata_size))),
      packet(first.data, static_cast<std::size_t>(first.size));
  const auto rate = static_cast<std::uint32_t>(stream.sample_rate);
  switch (stream.codec_id) {
    case AV_CODEC_ID_AAC: return aac(extradata);
    case AV_CODEC_ID_ALAC: return alac(extradata, stream);
    case AV_CODEC_ID_AC3:
    case AV_CODEC_ID_EAC3: {
      const Codec codec = stream.codec_id == AV_CODEC_ID_AC3 ? Codec::ac3 : Codec::eac3;
      auto config = dolby_config(codec, packet);
      if (!config) return config.error();
      return PassThrough{codec, std::move(*config), rate, 1536};
    }
    default: return Error{std::string("no pass-through of ") + avcodec_get_name(stream.codec_id)};
  }
}

Result<void> PacketCopier::begin_input(Input& input, int stream) {
  AVStream& source = *input.format()->streams[stream];
  container_ = input.format()->iformat->name;
  time_base_ = source.time_base;
  parameters_.reset(avcodec_parameters_alloc());
  if (!parameters_ || avcodec_parameters_copy(parameters_.get(), source.codecpar) < 0) return Error{where_ + ": out of memory"};
  return {};
}

Result<void> PacketCopier::begin(const AVPacket& first) {
  auto form = pass_through_config(*parameters_, first);
  if (!form) return Error{where_ + ": " + form.error().message};
  sample_ticks_ = form->sample_ticks;
  config_ = plan_.track;
  config_.codec = form->codec;
  config_.config = std::move(form->config);
  config_.timescale = config_.audio.sample_rate = form->sample_rate;
  const std::int64_t before = skipped_ticks(first) + pre_roll_ticks(first, container_);
  config_.lead_in = static_cast<std::uint32_t>(av_rescale_q(before, time_base_, {1, static_cast<int>(config_.timescale)}));
  return sink_.begin(config_);
}

Result<void> PacketCopier::write(const AVPacket& packet) {
  if (sample_ticks_ == 0) {
    if (auto begun = begin(packet); !begun) return begun;
  }
  if (packet.size <= 0) return {};
  const Bytes data(packet.data, static_cast<std::size_t>(packet.size));
  // Lossy access units always carry their full length.
  const std::uint32_t duration = config_.codec == Codec::alac ? alac_samples(data, sample_ticks_) : sample_ticks_;
  const media::Sample sample{.dts = next_dts_, .pts = next_dts_, .duration = duration, .sync = true, .data = data};
  next_dts_ += duration;
  bytes_ += sample.data.size();
  return sink_.sample(sample);
}

Result<void> PacketCopier::end(media::Rational programme, const std::optional<media::Loudness>& loudness) {
  if (sample_ticks_ == 0) return {};
  const std::int64_t length = media::ticks_at(programme, config_.timescale);
  config_.tail = static_cast<std::uint32_t>(std::max<std::int64_t>(0, next_dts_ - config_.lead_in - length));
  if (next_dts_ > 0)
    config_.average_bps = static_cast<std::uint32_t>(bytes_ * 8 * config_.timescale / static_cast<std::uint64_t>(next_dts_));
  config_.loudness = loudness;
  return sink_.end(config_);
}

}  // namespace segue::transcoder::ffmpeg
