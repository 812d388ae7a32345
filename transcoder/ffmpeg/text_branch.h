// SPDX-License-Identifier: Apache-2.0
// A stream of text subtitles: decoded to cues while the rest of the source is encoded, written as samples once the length is known.
#pragma once

#include <string>
#include <vector>

#include "transcoder/cues.h"
#include "transcoder/ffmpeg/branch.h"
#include "transcoder/strand.h"
#include "transcoder/transcode.h"

namespace segue::transcoder::ffmpeg {

class TextBranch : public Branch {
 public:
  TextBranch(RunState& state, const RenditionPlan& plan, RenditionSink& sink)
      : plan_(plan), sink_(sink), where_("rendition " + plan.id), strand_(state, 64) {}

  [[nodiscard]] Result<void> begin_input(Input& input, const Clock& clock) override;
  [[nodiscard]] int stream() const override { return plan_.stream; }
  [[nodiscard]] bool packet(std::shared_ptr<AVPacket> packet) override;
  [[nodiscard]] bool end_input() override { return true; }
  [[nodiscard]] media::Rational length() const override { return {0, 1}; }
  [[nodiscard]] bool complete(media::Rational) override { return true; }
  void join() override { strand_.join(); }
  [[nodiscard]] Result<void> end() override;
  [[nodiscard]] double seconds_done() const override;

  void set_length(media::Rational seconds) { length_ = seconds; }  // before end()

 private:
  [[nodiscard]] Result<void> decode(const AVPacket& packet);

  const RenditionPlan& plan_;
  RenditionSink& sink_;
  std::string where_;
  AVRational time_base_{1, 1};
  media::Ticks origin_ms_ = 0;
  media::Rational length_;
  CodecPtr codec_;
  Braces braces_ = Braces::text;
  std::vector<Cue> cues_;
  std::size_t text_bytes_ = 0;
  Strand strand_;
};

}  // namespace segue::transcoder::ffmpeg
