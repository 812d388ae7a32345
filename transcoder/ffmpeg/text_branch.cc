// SPDX-License-Identifier: Apache-2.0
#include "transcoder/ffmpeg/text_branch.h"

#include <algorithm>
#include <limits>
#include <string_view>

#include "transcoder/ffmpeg/error.h"

namespace segue::transcoder::ffmpeg {
namespace {

constexpr std::size_t kMaxTextBytes = 64u << 20;  // a thousand films' subtitles
constexpr media::Ticks kUntoldMs = 5000;          // of a cue whose end the file does not tell

// "ReadOrder,Layer,Style,Name,MarginL,MarginR,MarginV,Effect,Text": the text may hold commas itself.
std::string_view text_field(std::string_view event) {
  for (int field = 0; field < 8; ++field) {
    const std::size_t comma = event.find(',');
    if (comma == std::string_view::npos) return {};
    event.remove_prefix(comma + 1);
  }
  return event;
}

}  // namespace

Result<void> TextBranch::begin_input(Input& input, const Clock& clock) {
  const AVStream& stream = *input.format()->streams[plan_.stream];
  time_base_ = stream.time_base;
  origin_ms_ = media::ticks_at(clock.origin, 1000);
  const AVCodec* decoder = avcodec_find_decoder(stream.codecpar->codec_id);
  if (decoder == nullptr) return Error{where_ + ": no decoder for " + avcodec_get_name(stream.codecpar->codec_id)};
  codec_.reset(avcodec_alloc_context3(decoder));
  if (!codec_) return Error{where_ + ": out of memory"};
  int code = avcodec_parameters_to_context(codec_.get(), stream.codecpar);
  codec_->pkt_timebase = stream.time_base;
  if (code >= 0) code = avcodec_open2(codec_.get(), decoder, nullptr);
  if (code < 0) return error(where_, "decoder cannot be opened", code);
  const AVCodecID id = stream.codecpar->codec_id;
  braces_ = id == AV_CODEC_ID_ASS || id == AV_CODEC_ID_SSA ? Braces::comment : Braces::text;
  return {};
}

bool TextBranch::packet(std::shared_ptr<AVPacket> packet) {
  return strand_.post([this, packet = std::move(packet)] { return decode(*packet); });
}

// A cue that cannot be read is left out: a film is not refused for one line of its subtitles.
Result<void> TextBranch::decode(const AVPacket& packet) {
  AVSubtitle subtitle{};
  int got = 0;
  if (packet.pts == AV_NOPTS_VALUE) return {};
  if (avcodec_decode_subtitle2(codec_.get(), &subtitle, &got, const_cast<AVPacket*>(&packet)) < 0 || got == 0) return {};
  const media::Ticks start = av_rescale_q(packet.pts, time_base_, {1, 1000}) - origin_ms_;
  const media::Ticks shown = packet.duration > 0 ? av_rescale_q(packet.duration, time_base_, {1, 1000}) : kUntoldMs;
  for (unsigned i = 0; i < subtitle.num_rects; ++i) {
    if (subtitle.rects[i]->ass == nullptr) continue;
    std::string text = webvtt_of_ass(text_field(subtitle.rects[i]->ass), braces_);
    text_bytes_ += text.size();
    if (!text.empty()) cues_.push_back({start, start + shown, std::move(text)});
  }
  avsubtitle_free(&subtitle);
  if (text_bytes_ > kMaxTextBytes) return Error{where_ + ": expected up to 64 MiB of subtitles, found more"};
  return {};
}

Result<void> TextBranch::end() {
  media::TrackConfig config = plan_.track;
  static constexpr std::string_view kHeader = "WEBVTT";
  config.config.assign(kHeader.begin(), kHeader.end());
  if (auto begun = sink_.begin(config); !begun) return begun;
  for (const TextSample& text : text_samples(std::move(cues_), plan_.grid, media::ticks_at(length_, 1000, media::Round::up))) {
    const media::Sample sample{.dts = text.start_ms, .pts = text.start_ms, .duration = text.duration_ms, .sync = true, .data = text.data};
    if (auto taken = sink_.sample(sample); !taken) return taken;
  }
  return sink_.end(config);
}

double TextBranch::seconds_done() const { return std::numeric_limits<double>::max(); }

}  // namespace segue::transcoder::ffmpeg
