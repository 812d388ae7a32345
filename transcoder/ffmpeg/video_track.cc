// SPDX-License-Identifier: Apache-2.0
#include "transcoder/ffmpeg/video_track.h"

namespace segue::transcoder::ffmpeg {
namespace {

std::uint32_t picture_ticks(const media::TrackConfig& track) {
  const media::Rational rate = track.video.frame_rate;
  return static_cast<std::uint32_t>(media::rescale(track.timescale, rate.num, rate.den));
}

}  // namespace

VideoTrack::VideoTrack(const RenditionPlan& plan, RenditionSink& sink)
    : plan_(plan),
      sink_(sink),
      where_("rendition " + plan.id),
      picture_ticks_(picture_ticks(plan.track)),
      expected_keys_(plan.grid, plan.track.video.frame_rate),
      join_([this](const EncodedPicture& picture) { return deliver(picture); }) {}

Result<void> VideoTrack::begin(media::CodecConfig record) {
  const std::lock_guard lock(mutex_);
  if (!config_.config.empty()) {
    if (record == config_.config) return {};
    return Error{where_ + ": expected one configuration for all groups of pictures, found another"};
  }
  config_ = plan_.track;
  config_.config = std::move(record);
  config_.peak_bps = plan_.rung.max_rate;
  return sink_.begin(config_);
}

Result<void> VideoTrack::deliver(const EncodedPicture& picture) {
  if (picture.sync && picture.number != expected_keys_.next()) {
    return Error{where_ + ": expected the next key frame at picture " + std::to_string(expected_keys_.next()) +
                 ", the encoder made one at " + std::to_string(picture.number)};
  }
  if (picture.sync) (void)expected_keys_.is_key(picture.number);
  const std::int64_t delivered = this->delivered();
  const media::Sample sample{.dts = delivered * picture_ticks_,
                             .pts = picture.number * picture_ticks_,
                             .duration = picture_ticks_,
                             .sync = picture.sync,
                             .data = picture.data};
  delivered_.store(delivered + 1, std::memory_order_relaxed);
  bytes_ += picture.data.size();
  return sink_.sample(sample);
}

Result<void> VideoTrack::end() {
  if (config_.config.empty()) return {};
  const std::uint64_t ticks = static_cast<std::uint64_t>(delivered()) * picture_ticks_;
  if (ticks > 0) config_.average_bps = static_cast<std::uint32_t>(bytes_ * 8 * config_.timescale / ticks);
  return sink_.end(config_);
}

}  // namespace segue::transcoder::ffmpeg
