// SPDX-License-Identifier: Apache-2.0
// The video stream of the source: decoded once, uprighted and deinterlaced, laid on a constant rate, scaled and encoded by one strand for
// each rendition.
//   decode ─ deinterlace, rotate ─ frame clock ─┬▶ scale ─▶ h264-1080    (on many cores: several encoders, each a chunk: chunks.h)
//                                               └▶ scale ─▶ h264-720 ...
#pragma once

#include <atomic>
#include <memory>
#include <string>
#include <vector>

#include "transcoder/ffmpeg/branch.h"
#include "transcoder/ffmpeg/hdr_metadata.h"
#include "transcoder/ffmpeg/picture_filter.h"
#include "transcoder/ffmpeg/video_encoder.h"
#include "transcoder/frame_clock.h"
#include "transcoder/strand.h"

namespace segue::transcoder::ffmpeg {

struct VideoBranchPlan {
  std::vector<const RenditionPlan*> renditions;
  std::vector<RenditionSink*> sinks;
  int stream = 0;
  int threads = 1;  // cores that this branch may keep busy
};

class VideoBranch : public Branch {
 public:
  VideoBranch(RunState& state, VideoBranchPlan plan);
  ~VideoBranch() override;

  [[nodiscard]] Result<void> begin_input(Input& input, const Clock& clock) override;
  [[nodiscard]] int stream() const override { return plan_.stream; }
  [[nodiscard]] bool packet(std::shared_ptr<AVPacket> packet) override;
  [[nodiscard]] bool end_input() override;
  [[nodiscard]] media::Rational length() const override;
  [[nodiscard]] bool complete(media::Rational length) override;
  void join() override;
  [[nodiscard]] Result<void> end() override;
  [[nodiscard]] double seconds_done() const override;

 private:
  // One rendition: as many encoders as chunks are in work at a time.
  struct Lane {
    struct Encoder {
      Encoder(RunState& state, VideoTrack& track, int threads, std::size_t ahead)
          : encoder(track, threads), strand(state, ahead, Strand::Turns::free) {}
      VideoEncoder encoder;
      Strand strand;
    };
    Lane(const RenditionPlan& plan, RenditionSink& sink) : track(plan, sink), cuts(plan.grid, plan.track.video.frame_rate) {}
    VideoTrack track;
    KeyFrames cuts;
    std::int64_t next_picture = 0, chunk = -1, chunk_start = 0;
    bool chunked = false;
    std::vector<std::unique_ptr<Encoder>> encoders;
  };

  void add_lane(const RenditionPlan& plan, RenditionSink& sink, int chunks);
  [[nodiscard]] int chunks() const;
  [[nodiscard]] bool post(Lane& lane, const Picture& picture);
  [[nodiscard]] Result<void> decode(const AVPacket* packet);
  [[nodiscard]] Result<void> receive();
  [[nodiscard]] Result<void> shown(Picture picture);
  [[nodiscard]] Result<void> fill(std::int64_t slots);
  [[nodiscard]] Result<void> finish_decoding();
  [[nodiscard]] Result<void> finish(media::Rational length);
  std::string uprighting(const AVFrame& picture) const;

  RunState& state_;
  VideoBranchPlan plan_;
  media::Rational rate_;
  std::string where_ = "video", container_;
  AVRational time_base_{1, 1};
  int rotation_ = 0;
  bool mirrored_ = false, interlaced_ = false, last_failed_ = false;
  HdrMetadata mastered_;  // as the container tells
  CodecPtr codec_;
  std::unique_ptr<PictureFilter> filter_;
  std::unique_ptr<FrameClock> clock_;
  Picture last_;
  std::int64_t packets_ = 0, errors_ = 0, lost_at_start_ = 0, decoded_ = 0;
  std::vector<std::unique_ptr<Lane>> lanes_;
  std::unique_ptr<Strand> decode_strand_;
};

}  // namespace segue::transcoder::ffmpeg
