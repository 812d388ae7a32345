// SPDX-License-Identifier: Apache-2.0
// Pass-through: a source's own packets become a rendition's samples, untouched. What is programme in them is what the decoder of the same
// stream found: lead_in is what the container says to skip, tail what is left behind the programme.
#pragma once

#include <algorithm>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "media/result.h"
#include "transcoder/ffmpeg/branch.h"
#include "transcoder/ffmpeg/handles.h"
#include "transcoder/transcode.h"

namespace segue::transcoder::ffmpeg {

// What the samples of a passed-through stream look like. Error: this stream cannot be passed through.
struct PassThrough {
  media::Codec codec = media::Codec::aac;
  media::CodecConfig config;
  std::uint32_t sample_rate = 0;   // of the track's timescale
  std::uint32_t sample_ticks = 0;  // of one packet
};
// The encoder's priming as the container tells it with a stream's first packet, in ticks of its time base; 0: it does not.
[[nodiscard]] std::int64_t skipped_ticks(const AVPacket& first);
// Ticks before 0, where a fragmented MP4's first packet begins: FFmpeg 5.1 applies its edit list to times alone, so that nobody else skips
// them. 0: none, or the packet itself tells what to skip.
[[nodiscard]] std::int64_t pre_roll_ticks(const AVPacket& first, std::string_view container);
[[nodiscard]] Result<PassThrough> pass_through_config(const AVCodecParameters& stream, const AVPacket& first);

class PacketCopier {
 public:
  PacketCopier(const RenditionPlan& plan, RenditionSink& sink) : plan_(plan), sink_(sink), where_("rendition " + plan.id) {}

  [[nodiscard]] Result<void> begin_input(Input& input, int stream);
  [[nodiscard]] Result<void> write(const AVPacket& packet);
  // `programme`: exact length of the decoded programme, seconds.
  [[nodiscard]] Result<void> end(media::Rational programme, const std::optional<media::Loudness>& loudness);
  [[nodiscard]] double packet_seconds() const { return static_cast<double>(sample_ticks_) / std::max(1u, config_.timescale); }

 private:
  [[nodiscard]] Result<void> begin(const AVPacket& first);

  const RenditionPlan& plan_;
  RenditionSink& sink_;
  std::string where_;
  std::string_view container_;  // FFmpeg's own constant
  AVRational time_base_{1, 1};
  std::unique_ptr<AVCodecParameters, Releaser<avcodec_parameters_free>> parameters_;  // a copy: packets may outlive the input
  media::TrackConfig config_;
  std::uint32_t sample_ticks_ = 0;
  std::int64_t next_dts_ = 0;
  std::uint64_t bytes_ = 0;
};

}  // namespace segue::transcoder::ffmpeg
