// SPDX-License-Identifier: Apache-2.0
#include "ingest/dry_run.h"

#include <algorithm>
#include <cstdio>
#include <map>
#include <nlohmann/json.hpp>

#include "cli/text.h"
#include "ingest/describe.h"
#include "ingest/look.h"

namespace segue::ingest {
namespace {

using media::TrackKind;
using transcoder::RenditionPlan;
using transcoder::Rung;
using transcoder::SourceStream;

std::string trimmed(double value) {
  char text[32];
  std::snprintf(text, sizeof text, "%g", value);
  return text;
}

std::string kilo(std::uint32_t bits) { return trimmed(bits / 1000.0) + " kbit/s"; }

std::string audio_text(const media::AudioFormat& audio) {
  std::string text =
      trimmed(audio.sample_rate / 1000.0) + " kHz, " + std::to_string(audio.channels) + (audio.channels == 1 ? " channel" : " channels");
  if (audio.bit_depth > 0) text += ", " + std::to_string(audio.bit_depth) + " bit";
  return text;
}

std::string video_text(const media::VideoFormat& video) {
  const double rate = video.frame_rate.den > 0 ? static_cast<double>(video.frame_rate.num) / static_cast<double>(video.frame_rate.den) : 0;
  return std::to_string(video.width) + "x" + std::to_string(video.height) + (rate > 0 ? ", " + trimmed(rate) + " pictures/s" : "");
}

std::string stream_text(const SourceStream& stream) {
  std::string text = stream.codec;
  if (stream.kind == TrackKind::audio) text += ", " + audio_text(stream.audio);
  if (stream.kind == TrackKind::video) text += ", " + video_text(stream.video);
  if (stream.bit_rate > 0) text += ", " + kilo(static_cast<std::uint32_t>(std::min<std::int64_t>(stream.bit_rate, UINT32_MAX)));
  if (stream.lossless) text += ", lossless";
  if (stream.language != "und") text += ", " + stream.language;
  return text;
}

const SourceStream* stream_of(const transcoder::SourceInfo& info, int index) {
  for (const SourceStream& stream : info.streams) {
    if (stream.index == index) return &stream;
  }
  return nullptr;
}

std::string format_of(const RenditionPlan& plan) {
  switch (media::kind_of(plan.rung.codec)) {
    case TrackKind::text: return "subtitles";
    case TrackKind::video: {
      std::string text = video_text(plan.track.video);
      if (plan.rung.max_rate > 0) text += ", at most " + kilo(plan.rung.max_rate);
      return text;
    }
    default: {
      const std::string audio = audio_text(plan.track.audio);
      return plan.rung.bit_rate > 0 ? kilo(plan.rung.bit_rate) + ", " + audio : audio;
    }
  }
}

std::string why(const RenditionPlan& plan, const SourceStream* stream) {
  if (plan.copy) return "the source's own packets, untouched: they are what players want already";
  const TrackKind kind = media::kind_of(plan.rung.codec);
  if (kind == TrackKind::text) return "the source's subtitles";
  if (kind == TrackKind::video) return "the ladder's rung, no larger than the source";
  if (plan.rung.codec == media::Codec::flac) return "the source is lossless";
  if (stream == nullptr) return "the ladder's rung";
  if (plan.track.audio.channels == 1) return "the ladder's rung, for one channel";
  if (plan.track.audio.channels > 2) return "the source is surround";
  if (stream->audio.channels > 2) return "stereo downmix";
  if (stream->lossless || stream->bit_rate == 0) return "the ladder's rung";
  return plan.rung.bit_rate >= static_cast<double>(stream->bit_rate) * 0.95 ? "the next rung above the source's own bit rate"
                                                                            : "the ladder's rung, below the source's bit rate";
}

std::string rung_name(const Rung& rung) {
  std::string text(media::name_of(rung.codec));
  if (rung.height > 0) return text + ' ' + std::to_string(rung.height) + 'p';
  return rung.bit_rate > 0 ? text + ' ' + trimmed(rung.bit_rate / 1000.0) + 'k' : text;
}

// Which rungs of the ladder nothing was planned for. A plan's bit rate is scaled with its channels, so that within one codec the lowest
// rungs are the ones that were taken.
std::vector<PlannedRung> left_out(const transcoder::SourceInfo& info, const transcoder::Ladder& ladder,
                                  const std::vector<RenditionPlan>& plans) {
  std::vector<PlannedRung> out;
  const auto has = [&](TrackKind kind) {
    return std::any_of(info.streams.begin(), info.streams.end(), [&](const SourceStream& stream) { return stream.kind == kind; });
  };
  std::map<media::Codec, std::vector<Rung>> by_codec;
  for (const Rung& rung : ladder.rungs) by_codec[rung.codec].push_back(rung);
  for (auto& [codec, rungs] : by_codec) {
    const media::Codec own = codec;  // not a structured binding: clang 14 does not capture those
    std::sort(rungs.begin(), rungs.end(),
              [](const Rung& a, const Rung& b) { return std::pair(a.height, a.bit_rate) < std::pair(b.height, b.bit_rate); });
    const std::string name(media::name_of(own));
    const auto made = static_cast<std::size_t>(std::count_if(plans.begin(), plans.end(), [&](const RenditionPlan& plan) {
      return plan.rung.codec == own && !plan.copy && (plan.group == name || media::kind_of(own) == TrackKind::video);
    }));
    const TrackKind kind = media::kind_of(own);
    const std::string reason = !has(kind) ? "the source has no " + std::string(kind == TrackKind::video ? "pictures" : "sound")
                               : kind == TrackKind::video  ? "the source is smaller"
                               : own == media::Codec::flac ? "the source is not lossless"
                                                           : "above the source's own bit rate";
    for (std::size_t i = made; i < rungs.size(); ++i) out.push_back({rung_name(rungs[i]), "", reason, false});
  }
  return out;
}

}  // namespace

DryRun dry_run(const std::string& file, const transcoder::SourceInfo& info, const transcoder::Ladder& ladder,
               const std::vector<RenditionPlan>& plans) {
  DryRun run{file, info.container + (info.seconds > 0 ? ", " + cli::clock_text(info.seconds) : ""), ladder.name, {}};
  for (const SourceStream& stream : info.streams) run.source += "; " + stream_text(stream);
  for (const RenditionPlan& plan : plans) run.rungs.push_back({plan.id, format_of(plan), why(plan, stream_of(info, plan.stream)), true});
  const std::vector<PlannedRung> rest = left_out(info, ladder, plans);
  run.rungs.insert(run.rungs.end(), rest.begin(), rest.end());
  return run;
}

Result<std::vector<DryRun>> dry_run(const NewJob& job) {
  std::vector<transcoder::SourceInfo> infos;
  for (const JobInput& input : job.inputs) {
    auto info = transcoder::probe(input.path);
    if (!info) return std::move(info).error();
    infos.push_back(std::move(*info));
  }
  auto ladder = ladder_for(job.ladder, kind_of(infos.front()));
  if (!ladder) return std::move(ladder).error();
  auto plans = job.kind == JobKind::album ? transcoder::plan_album(infos, *ladder) : transcoder::plan_ladder(infos.front(), *ladder);
  if (!plans) return std::move(plans).error();
  std::vector<DryRun> runs;
  for (std::size_t i = 0; i < infos.size(); ++i) runs.push_back(dry_run(job.inputs[i].shown, infos[i], *ladder, *plans));
  return runs;
}

std::string text_lines(const DryRun& run) {
  std::string out = cli::printable(run.file) + "\n  " + cli::printable(run.source) + "\n  ladder " + run.ladder;
  for (const PlannedRung& rung : run.rungs) {
    std::string id = rung.id;
    if (id.size() < 14) id.resize(14, ' ');
    out += std::string("\n  ") + (rung.made ? "+ " : "- ") + id + ' ' + (rung.made ? rung.format + ": " : "") + rung.why;
  }
  return out;
}

std::string json_line(const DryRun& run) {
  nlohmann::ordered_json line = {{"file", run.file},
                                 {"source", run.source},
                                 {"ladder", run.ladder},
                                 {"renditions", nlohmann::ordered_json::array()},
                                 {"left_out", nlohmann::ordered_json::array()}};
  for (const PlannedRung& rung : run.rungs) {
    if (rung.made) {
      line["renditions"].push_back({{"id", rung.id}, {"format", rung.format}, {"why", rung.why}});
    } else {
      line["left_out"].push_back({{"rung", rung.id}, {"why", rung.why}});
    }
  }
  return line.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
}

}  // namespace segue::ingest
