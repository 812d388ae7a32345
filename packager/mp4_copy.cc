// SPDX-License-Identifier: Apache-2.0
#include "packager/mp4_copy.h"

#include <algorithm>
#include <limits>

#include "media/aac_config.h"

namespace segue::packager {
namespace {

using media::Codec;
using media::Rational;
using media::Ticks;
using media::TrackKind;

constexpr std::uint32_t kAc3FrameTicks = 1536;

bool is_lossy_audio(Codec codec) { return codec == Codec::aac || codec == Codec::opus || codec == Codec::ac3 || codec == Codec::eac3; }

// The clock of an audio copy is its sample rate. A source's clock may be a fraction of it (HE-AAC's core rate), or too coarse to tell the
// frames' true length, which the record then tells.
Result<void> choose_clock(CopyPlan& plan) {
  const std::uint32_t source = plan.config.timescale, rate = plan.config.audio.sample_rate;
  if (kind_of(plan.config.codec) != TrackKind::audio || rate == source) return {};
  if (rate == 0) return Error{std::string(name_of(plan.config.codec)) + " track: sample rate 0"};
  plan.config.timescale = rate;
  if (rate % source == 0) {
    plan.scale = rate / source;
    return {};
  }
  plan.scale = 0;
  if (plan.config.codec == Codec::aac) {
    auto aac = media::parse_aac_config(plan.config.config);
    if (aac) plan.frame_ticks = aac->frame_ticks();
  } else if (plan.config.codec == Codec::ac3) {
    plan.frame_ticks = kAc3FrameTicks;
  }
  if (plan.frame_ticks == 0)
    return Error{std::string(name_of(plan.config.codec)) + " track: timescale " + std::to_string(source) +
                 ", expected a divisor of the sample rate " + std::to_string(rate)};
  return {};
}

Ticks to_copy(const CopyPlan& plan, Ticks source_ticks, std::uint32_t source_timescale) {
  return plan.scale != 0 ? source_ticks * plan.scale : media::rescale(source_ticks, source_timescale, plan.config.timescale);
}

struct Survey {
  std::uint32_t count = 0, last_duration = 0, usual_duration = 0;
  Ticks duration = 0, first_pts = std::numeric_limits<Ticks>::max();
  std::uint64_t bytes = 0;
};

Result<Survey> survey(const Mp4Track& track) {
  Survey seen;
  SampleRef sample;
  auto walk = track.samples.walk();
  while (walk.next(sample)) {
    if (seen.count == 0) seen.usual_duration = sample.duration;
    seen.first_pts = std::min(seen.first_pts, seen.duration + sample.composition_offset);
    seen.last_duration = sample.duration;
    seen.duration += sample.duration;
    seen.bytes += sample.size;
    ++seen.count;
  }
  if (!walk.ok())
    return Error{"track " + std::to_string(track.id) + ", sample " + std::to_string(walk.number() + 1) +
                 ": the tables do not tell where it stands, or it is outside the file"};
  return seen;
}

// Programme's end: a last frame with less than its usual duration, or an edit that ends before the samples do. Edits are told in
// the movie's coarser clock, so they count only where they say something else than the samples' own durations.
void find_tail(const Mp4Track& track, const Survey& seen, CopyPlan& plan) {
  std::uint32_t cut = 0;
  if (is_lossy_audio(plan.config.codec) && plan.frame_ticks == 0 && seen.last_duration < seen.usual_duration)
    cut = static_cast<std::uint32_t>(to_copy(plan, seen.usual_duration - seen.last_duration, track.config.timescale));
  plan.config.tail = cut;
  plan.duration += cut;
  if (track.edit_length.num <= 0 || kind_of(plan.config.codec) != TrackKind::audio) return;
  const Ticks edit_end = plan.config.lead_in + media::ticks_at(track.edit_length, plan.config.timescale);
  const Ticks precision = plan.config.timescale / track.movie_timescale + 1;
  if (edit_end + precision >= plan.duration - cut || edit_end <= 0) return;
  // Whole frames after the edit's end are left out, the rest of the last one is its tail.
  const Ticks frame =
      std::max<Ticks>(1, plan.frame_ticks != 0 ? plan.frame_ticks : to_copy(plan, seen.usual_duration, track.config.timescale));
  const Ticks tail = plan.duration - edit_end;
  if (track.length_of_movie && tail >= frame) return;
  const Ticks dropped = std::min<Ticks>(tail / frame, plan.sample_count - 1);
  plan.sample_count -= static_cast<std::uint32_t>(dropped);
  plan.duration -= dropped * frame;
  plan.config.tail = static_cast<std::uint32_t>(plan.duration - edit_end);
}

void find_start(const Mp4Track& track, const Survey& seen, CopyPlan& plan) {
  if (kind_of(plan.config.codec) == TrackKind::video) {
    plan.first_pts = seen.first_pts;
    const std::int64_t timescale = track.config.timescale;
    plan.starts_at = {media::ticks_at(track.delay, timescale) + seen.first_pts - track.media_start, timescale};
    return;
  }
  plan.starts_at = track.delay;
  if (plan.config.codec == Codec::opus) {
    plan.config.lead_in = plan.config.config.size() < 4 ? 0 : plan.config.config[2] * 256u + plan.config.config[3];
  } else if (track.media_start > 0) {
    plan.config.lead_in =
        static_cast<std::uint32_t>(std::min<Ticks>(to_copy(plan, track.media_start, track.config.timescale), plan.duration - 1));
  }
}

// Calls `each(sample, range)` for the samples that the plan keeps, with times of the copy.
template <class Each>
Result<void> for_each_sample(const Mp4Track& track, const CopyPlan& plan, Ticks base, int file, Each&& each) {
  SampleRef from;
  Ticks source_time = 0, time = 0;
  auto walk = track.samples.walk();
  for (std::uint32_t n = 0; n < plan.sample_count && walk.next(from); ++n) {
    media::Sample sample;
    sample.dts = base + time;
    const bool last = n + 1 == plan.sample_count;
    const Ticks duration = plan.frame_ticks != 0 ? plan.frame_ticks : last ? plan.duration - time : Ticks{from.duration} * plan.scale;
    sample.duration = static_cast<std::uint32_t>(duration);
    const bool video = kind_of(plan.config.codec) == TrackKind::video;
    sample.pts = video ? base + source_time + from.composition_offset - plan.first_pts : sample.dts;
    sample.sync = from.sync || !video;
    auto done = each(sample, FileRange{file, from.offset, from.size});
    if (!done) return done;
    source_time += from.duration;
    time += duration;
  }
  return {};
}

// Takes what a TrackWriter writes and keeps nothing: to learn how many segments a track has.
class NullSink : public ByteSink {
 public:
  Result<void> append(std::span<const std::uint8_t>) override { return {}; }
  Result<void> overwrite(std::uint64_t, std::span<const std::uint8_t>) override { return {}; }
  Result<void> insert(std::uint64_t, std::uint64_t) override { return {}; }
  Result<void> append_from(const FileRange&) override { return {}; }
};

Result<media::Track> write_track(const Mp4Track& track, const CopyPlan& plan, Ticks base, const TrackPlan& target, int file,
                                 ByteSink& sink) {
  auto writer = TrackWriter::create(target, sink);
  if (!writer) return std::move(writer).error();
  auto done = for_each_sample(track, plan, base, file,
                              [&](const media::Sample& sample, const FileRange& range) { return writer->add(sample, range); });
  if (!done) return std::move(done).error();
  return writer->finish(plan.config);
}

}  // namespace

Result<CopyPlan> plan_copy(const Mp4Track& track) {
  auto seen = survey(track);
  if (!seen) return std::move(seen).error();
  CopyPlan plan;
  plan.config = track.config;
  plan.sample_count = seen->count;
  if (plan.config.codec == Codec::aac) {
    auto config = media::explicit_aac_config(plan.config.config);
    if (!config) return std::move(config).error();
    plan.config.config = std::move(*config);
  }
  auto clock = choose_clock(plan);
  if (!clock) return std::move(clock).error();
  plan.duration = plan.frame_ticks != 0 ? Ticks{plan.frame_ticks} * seen->count : to_copy(plan, seen->duration, track.config.timescale);
  if (plan.duration <= 0) return Error{"track " + std::to_string(track.id) + ": its samples last 0 ticks"};
  find_start(track, *seen, plan);
  find_tail(track, *seen, plan);
  if (kind_of(plan.config.codec) == TrackKind::video && seen->usual_duration != 0)
    plan.config.video.frame_rate = {plan.config.timescale, seen->usual_duration};
  const double seconds = static_cast<double>(plan.duration) / plan.config.timescale;
  if (plan.config.average_bps == 0)
    plan.config.average_bps = static_cast<std::uint32_t>(std::min(4e9, static_cast<double>(seen->bytes) * 8 / seconds));
  return plan;
}

Rational common_shift(const std::vector<CopyPlan>& plans) {
  Rational shift{0, 1};
  for (const CopyPlan& plan : plans) {
    const Rational start = plan.starts_at;
    if (start.num < 0 &&
        static_cast<double>(-start.num) / static_cast<double>(start.den) > static_cast<double>(shift.num) / static_cast<double>(shift.den))
      shift = {-start.num, start.den};
  }
  return shift;
}

Result<media::Track> copy_track(const Mp4Track& track, const CopyPlan& plan, const Cuts& cuts, int file, ByteSink& sink) {
  TrackPlan target;
  target.config = plan.config;
  target.grid = cuts.grid;
  target.follow = cuts.follow;
  target.loudness_follows = false;
  const std::uint32_t timescale = plan.config.timescale;
  target.base_time = std::max<Ticks>(0, media::ticks_at(plan.starts_at, timescale) + media::ticks_at(cuts.shift, timescale));
  // A dry run tells how long the index is: the head then fits to the byte, and no file has to be moved.
  NullSink nothing;
  auto dry = write_track(track, plan, target.base_time, target, file, nothing);
  if (!dry) return std::move(dry).error();
  target.expected_segments = static_cast<std::int64_t>(dry->segments.size());
  return write_track(track, plan, target.base_time, target, file, sink);
}

}  // namespace segue::packager
