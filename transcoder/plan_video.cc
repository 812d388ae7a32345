// SPDX-License-Identifier: Apache-2.0
#include "transcoder/plan_video.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace segue::transcoder {
namespace {

using media::Codec;

// The nearest even number; of an odd one that below, for a source has no line more.
std::uint32_t even(double value) { return std::max(2u, static_cast<std::uint32_t>(std::ceil(value / 2 - 0.5)) * 2); }

// A timescale of at least 10,000 that holds the frame rate exactly: its numerator, doubled as often as needed (25 -> 12800, 30000/1001 ->
// 30000).
std::uint32_t timescale_of(media::Rational frame_rate) {
  std::int64_t scale = frame_rate.num;
  while (scale < 10'000) scale *= 2;
  return static_cast<std::uint32_t>(scale);
}

// Square pixels: players and hardware decoders handle them best; the picture keeps its longer extent in pixels.
struct Size {
  double width, height;
};
Size shown_size(const media::VideoFormat& video) {
  Size size{static_cast<double>(video.width), static_cast<double>(video.height)};
  const double aspect = static_cast<double>(video.sample_aspect.num) / static_cast<double>(video.sample_aspect.den);
  if (aspect > 1) size.width *= aspect;
  if (aspect < 1) size.height /= aspect;
  return size;
}

RenditionPlan rendition(const SourceStream& stream, const Ladder& ladder, const Rung& rung, Size shown, std::uint32_t height) {
  RenditionPlan plan;
  const double scale = height / std::min(shown.width, shown.height);
  plan.group = media::name_of(rung.codec);
  plan.id = plan.group + "-" + std::to_string(height);
  plan.stream = stream.index;
  plan.rung = rung;
  plan.rung.height = height;
  plan.grid = ladder.grid;
  plan.is_default = true;
  plan.track.codec = rung.codec;
  plan.track.timescale = timescale_of(stream.video.frame_rate);
  plan.track.language = stream.language;
  plan.track.video = stream.video;
  plan.track.video.width = even(shown.width * scale);
  plan.track.video.height = even(shown.height * scale);
  plan.track.video.sample_aspect = {1, 1};
  plan.track.video.full_range = false;
  if (rung.codec == Codec::h264 &&
      stream.video.range != media::VideoRange::sdr) {  // H.264 is the rendition for everybody: toned down to SDR
    plan.track.video.range = media::VideoRange::sdr;
    plan.track.video.colour_primaries = plan.track.video.transfer = plan.track.video.matrix = 1;
  }
  return plan;
}

}  // namespace

void plan_video(const SourceInfo& source, const Ladder& ladder, std::vector<RenditionPlan>& plans) {
  const auto stream = std::find_if(source.streams.begin(), source.streams.end(),
                                   [](const SourceStream& candidate) { return candidate.kind == media::TrackKind::video; });
  if (stream == source.streams.end() || stream->video.frame_rate.num <= 0) return;
  const Size shown = shown_size(stream->video);
  const std::uint32_t source_height = even(std::min(shown.width, shown.height));
  for (const Codec codec : {Codec::h264, Codec::hevc, Codec::av1}) {
    std::vector<Rung> rungs;
    std::copy_if(ladder.rungs.begin(), ladder.rungs.end(), std::back_inserter(rungs),
                 [&](const Rung& rung) { return rung.codec == codec; });
    std::sort(rungs.begin(), rungs.end(), [](const Rung& a, const Rung& b) { return a.height < b.height; });
    for (std::size_t i = 0; i < rungs.size(); ++i) {
      // The last rung that the source fills; a source between two rungs (or below all) gets one at its own height, unless the step is under
      // 10 %.
      if (rungs[i].height <= source_height) {
        plans.push_back(rendition(*stream, ladder, rungs[i], shown, rungs[i].height));
        continue;
      }
      const bool first = i == 0;
      if (first || source_height > rungs[i - 1].height * 1.1) plans.push_back(rendition(*stream, ladder, rungs[i], shown, source_height));
      break;
    }
  }
}

}  // namespace segue::transcoder
