// SPDX-License-Identifier: Apache-2.0
#include "transcoder/ffmpeg/video_branch.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "transcoder/ffmpeg/error.h"
#include "transcoder/ffmpeg/video_format.h"
#include "transcoder/recording.h"

namespace segue::transcoder::ffmpeg {
namespace {

constexpr std::size_t kPacketsAhead = 32;
constexpr std::size_t kPicturesAhead = 4;
// What a chunk's encoder sees beyond its cuts, so that it decides there as one that never stopped: x264 chooses a key frame's quality by
// the pictures before it and weighs the last pictures by those after them. Without, 0.4 dB are lost around each cut.
constexpr std::int64_t kRunUp = 4, kLookAhead = 10;
constexpr int kMaxDecoderThreads = 4;  // each holds a picture or two

bool is_interlaced(const AVFrame& frame) {
#if LIBAVUTIL_VERSION_INT >= AV_VERSION_INT(58, 7, 100)
  return (frame.flags & AV_FRAME_FLAG_INTERLACED) != 0;
#else
  return frame.interlaced_frame != 0;
#endif
}

// Threads of one encoder: its rendition's share of the pixels, half as much again so that no core waits. Large pictures get more than that,
// four at 1080 lines: x264 spends the bits under a cap better with pictures in flight (noisy 1080p at its cap, 1, 2, 3, 4, 6
// threads: 34.38, 34.39, 34.64, 34.82, 35.09 dB in as many bytes). Small ones do not, since each thread costs time: 2 % of a ladder's for
// three at 720, two at 480.
int encoder_threads(const RenditionPlan& plan, const std::vector<const RenditionPlan*>& all, int threads, int chunks) {
  const auto pixels = [](const RenditionPlan& one) { return static_cast<double>(one.track.video.width) * one.track.video.height; };
  double sum = 0;
  for (const RenditionPlan* one : all) sum += pixels(*one);
  const int share = static_cast<int>(std::lround(threads * 1.5 * pixels(plan) / sum / chunks));
  const int useful = useful_threads(plan.track.video);
  return std::max({1, useful * 4 / 9, std::min(share, chunks > 1 ? useful : threads)});
}

}  // namespace

VideoBranch::VideoBranch(RunState& state, VideoBranchPlan plan)
    : state_(state), plan_(std::move(plan)), rate_(plan_.renditions.at(0)->track.video.frame_rate) {
  const int at_once = chunks();
  for (std::size_t i = 0; i < plan_.renditions.size(); ++i) add_lane(*plan_.renditions[i], *plan_.sinks[i], at_once);
  decode_strand_ = std::make_unique<Strand>(state_, kPacketsAhead, Strand::Turns::free);
}

// The largest rendition stands for the source, which is at least as large.
int VideoBranch::chunks() const {
  std::vector<media::VideoFormat> formats;
  for (const RenditionPlan* rendition : plan_.renditions) formats.push_back(rendition->track.video);
  const media::VideoFormat& largest =
      *std::max_element(formats.begin(), formats.end(), [](const auto& a, const auto& b) { return a.height < b.height; });
  const KeyFrames cuts(plan_.renditions[0]->grid, rate_);
  return chunks_at_once(largest, formats, plan_.threads, cuts.longest_distance());
}

void VideoBranch::add_lane(const RenditionPlan& rendition, RenditionSink& sink, int chunks) {
  auto lane = std::make_unique<Lane>(rendition, sink);
  // libavcodec 5.1 cannot ask SVT-AV1 for a key frame: there each closed GOP gets an encoder of its own even when only one is in work.
  lane->chunked = chunks > 1 || rendition.rung.codec == media::Codec::av1;
  // While one chunk is encoded, the next ones must be able to wait.
  const std::size_t ahead =
      chunks > 1 ? static_cast<std::size_t>(lane->cuts.longest_distance() + kRunUp + kLookAhead) + kPicturesAhead : kPicturesAhead;
  const int threads = encoder_threads(rendition, plan_.renditions, plan_.threads, chunks);
  for (int i = 0; i < chunks; ++i) lane->encoders.push_back(std::make_unique<Lane::Encoder>(state_, lane->track, threads, ahead));
  lanes_.push_back(std::move(lane));
}

VideoBranch::~VideoBranch() { decode_strand_.reset(); }

Result<void> VideoBranch::begin_input(Input& input, const Clock& clock) {
  if (plan_.stream >= static_cast<int>(input.format()->nb_streams)) return Error{input.name() + ": expected a video stream, found none"};
  where_ = input.name() + ": stream " + std::to_string(plan_.stream);
  container_ = input.format()->iformat->name;
  const AVStream& stream = *input.format()->streams[plan_.stream];
  SourceStream facts;
  fill_video(input, plan_.stream, facts);
  rotation_ = facts.rotation;
  mirrored_ = facts.mirrored;
  interlaced_ = facts.interlaced;
  time_base_ = stream.time_base;
  mastered_ = hdr_metadata_of(stream);
  const AVCodec* decoder = avcodec_find_decoder(stream.codecpar->codec_id);
  if (decoder == nullptr) return Error{where_ + ": no decoder for " + avcodec_get_name(stream.codecpar->codec_id)};
  codec_.reset(avcodec_alloc_context3(decoder));
  if (!codec_) return Error{where_ + ": out of memory"};
  int code = avcodec_parameters_to_context(codec_.get(), stream.codecpar);
  codec_->pkt_timebase = stream.time_base;
  codec_->thread_count = std::min(plan_.threads, kMaxDecoderThreads);
  codec_->max_pixels = kMaxPixels;
  if (code >= 0) code = avcodec_open2(codec_.get(), decoder, nullptr);
  if (code < 0) return error(where_, "decoder cannot be opened", code);
  filter_ = std::make_unique<PictureFilter>(
      where_, [this](const AVFrame& picture) { return uprighting(picture); },
      [this](Picture picture) { return shown(std::move(picture)); });
  clock_ = std::make_unique<FrameClock>(clock.origin, rate_);
  return {};
}

std::string VideoBranch::uprighting(const AVFrame& picture) const {
  std::string chain;
  if (interlaced_ || is_interlaced(picture)) chain = "bwdif=mode=send_frame:parity=auto:deint=all,";
  switch (rotation_) {
    case 90: return chain + (mirrored_ ? "transpose=cclock_flip" : "transpose=clock");
    case 180: return chain + (mirrored_ ? "hflip" : "hflip,vflip");
    case 270: return chain + (mirrored_ ? "transpose=clock_flip" : "transpose=cclock");
    default: return chain + (mirrored_ ? "vflip" : "null");
  }
}

bool VideoBranch::packet(std::shared_ptr<AVPacket> packet) {
  return decode_strand_->post([this, packet = std::move(packet)] { return decode(packet.get()); });
}

bool VideoBranch::end_input() {
  return decode_strand_->post([this] { return finish_decoding(); }) && decode_strand_->drain();
}

bool VideoBranch::complete(media::Rational length) {
  return decode_strand_->post([this, length] { return finish(length); });
}

Result<void> VideoBranch::decode(const AVPacket* packet) {
  if (state_.cancelled()) return Error{where_ + ": cancelled"};
  const bool flushing = packet == nullptr;
  if (!flushing) {
    ++packets_;
    last_failed_ = false;
    if (packet->pts != AV_NOPTS_VALUE && packet->duration > 0) {
      clock_->lasts_until(packet->pts + packet->duration, {time_base_.num, time_base_.den});
    }
  }
  int code = avcodec_send_packet(codec_.get(), packet);
  if (code == AVERROR(EAGAIN)) {
    if (auto received = receive(); !received) return received;
    code = avcodec_send_packet(codec_.get(), packet);
  }
  if (code == AVERROR(ENOMEM)) return error(where_, "decoding", code);
  if (code < 0 && code != AVERROR_EOF && !flushing) {
    ++(decoded_ == 0 ? lost_at_start_ : errors_);
    last_failed_ = true;
  }
  return receive();
}

Result<void> VideoBranch::receive() {
  for (;;) {
    const FramePtr frame(av_frame_alloc());
    if (!frame) return Error{where_ + ": out of memory"};
    const int code = avcodec_receive_frame(codec_.get(), frame.get());
    if (code == AVERROR(EAGAIN) || code == AVERROR_EOF) return {};
    if (code == AVERROR(ENOMEM)) return error(where_, "decoding", code);
    if (code < 0) {
      ++(decoded_ == 0 ? lost_at_start_ : errors_);
      continue;
    }
    ++decoded_;
    frame->pts = frame->best_effort_timestamp;
    if (auto told = add_hdr_metadata(mastered_, *frame); !told) return Error{where_ + ": " + told.error().message};
    if (auto written = filter_->write(*frame, time_base_); !written) return written;
  }
}

// An upright, progressive picture with its own time: the one before it now knows for how many slots it was shown.
Result<void> VideoBranch::shown(Picture picture) {
  const std::int64_t pts = picture->pts;
  const std::int64_t slots = clock_->arrive(pts == AV_NOPTS_VALUE ? nullptr : &pts, {time_base_.num, time_base_.den});
  if (auto filled = fill(slots); !filled) return filled;
  last_ = std::move(picture);
  return {};
}

Result<void> VideoBranch::fill(std::int64_t slots) {
  for (; slots > 0 && last_; --slots) {
    for (const auto& lane : lanes_) {
      if (!post(*lane, last_)) return Error{where_ + ": stopped"};
    }
  }
  return {};
}

// A picture belongs to one chunk. Near a cut it is context for the chunk on the other side as well: made there, and thrown away.
bool VideoBranch::post(Lane& lane, const Picture& picture) {
  const std::int64_t number = lane.next_picture++;
  if (lane.cuts.is_key(number) && (lane.chunked || number == 0)) {
    ++lane.chunk;
    lane.chunk_start = number;
  }
  const auto to = [&](std::int64_t chunk, VideoEncoder::Role role) {
    Lane::Encoder& encoder = *lane.encoders[static_cast<std::size_t>(chunk) % lane.encoders.size()];
    return encoder.strand.post([&encoder, picture, number, chunk, role] { return encoder.encoder.write(*picture, number, chunk, role); });
  };
  // SVT-AV1 cannot be asked for a key frame behind a run-up.
  const bool context = lane.encoders.size() > 1 && lane.track.plan().rung.codec != media::Codec::av1;
  if (context && lane.chunk > 0 && number - lane.chunk_start < kLookAhead && !to(lane.chunk - 1, VideoEncoder::Role::context)) return false;
  if (!to(lane.chunk, VideoEncoder::Role::own)) return false;
  return !context || lane.cuts.next() - number > kRunUp || to(lane.chunk + 1, VideoEncoder::Role::context);
}

Result<void> VideoBranch::finish_decoding() {
  const bool last_failed = last_failed_;
  if (auto flushed = decode(nullptr); !flushed) return flushed;
  if (auto done = filter_->finish(); !done) return done;
  if (decoded_ == 0) return Error{where_ + ": expected pictures, decoded none of " + std::to_string(packets_) + " packets"};
  if (last_failed && !ends_anywhere(container_)) return Error{where_ + ": truncated: the last packet is not whole"};
  if (too_many_broken(errors_, lost_at_start_, packets_))
    return Error{where_ + ": expected decodable packets, found " + std::to_string(errors_ + lost_at_start_) + " of " +
                 std::to_string(packets_) + " broken"};
  if (times_decrease(static_cast<double>(clock_->late()), static_cast<double>(decoded_ - clock_->late())))
    return Error{where_ + ": expected times that increase, found " + std::to_string(clock_->late()) + " of " + std::to_string(decoded_) +
                 " pictures before one that came earlier"};
  return fill(clock_->finish());
}

// Where the sound goes on, the last picture stands.
Result<void> VideoBranch::finish(media::Rational length) {
  if (auto held = fill(clock_->hold_until(length)); !held) return held;
  last_.reset();
  for (const auto& lane : lanes_) {
    for (const auto& encoder : lane->encoders) {
      if (!encoder->strand.post([one = encoder.get()] { return one->encoder.flush(); })) return Error{where_ + ": stopped"};
    }
  }
  return {};
}

void VideoBranch::join() {
  decode_strand_->join();
  for (const auto& lane : lanes_) {
    for (const auto& encoder : lane->encoders) encoder->strand.join();
  }
}

Result<void> VideoBranch::end() {
  for (const auto& lane : lanes_) {
    if (auto ended = lane->track.end(); !ended) return ended;
  }
  return {};
}

double VideoBranch::seconds_done() const {
  double slowest = std::numeric_limits<double>::max();
  for (const auto& lane : lanes_) {
    slowest =
        std::min(slowest, static_cast<double>(lane->track.delivered()) * static_cast<double>(rate_.den) / static_cast<double>(rate_.num));
  }
  return slowest;
}

media::Rational VideoBranch::length() const { return {clock_->slots() * rate_.den, rate_.num}; }

}  // namespace segue::transcoder::ffmpeg
