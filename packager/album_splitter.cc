// SPDX-License-Identifier: Apache-2.0
#include "packager/album_splitter.h"

#include <algorithm>
#include <cassert>
#include <utility>

namespace segue::packager {
namespace {

using media::Codec;
using media::Ticks;
using media::TrackConfig;

// How long before the first sample to be heard decoding must begin, beside the unit that holds it.
Ticks warm_up(const TrackConfig& config, std::uint32_t unit_ticks) {
  if (config.codec == Codec::aac) return unit_ticks;
  if (config.codec == Codec::opus) return Ticks{config.timescale} / 1000 * 80;  // RFC 7845 4.6
  return 0;
}

// dOps bytes 2 and 3 (Opus in ISO BMFF 4.3.2).
void set_pre_skip(media::CodecConfig& config, std::uint32_t samples) {
  config[2] = static_cast<std::uint8_t>(samples >> 8);
  config[3] = static_cast<std::uint8_t>(samples);
}

// STREAMINFO tells the run's length and its MD5: the length becomes the track's, the MD5 unknown (RFC 9639 8.2).
void set_flac_length(media::CodecConfig& config, std::uint64_t samples) {
  constexpr std::size_t kLength = 4 + 13, kMd5 = 4 + 18, kEnd = 4 + 34;
  if (config.size() < kEnd) return;
  config[kLength] = static_cast<std::uint8_t>((config[kLength] & 0xF0u) | (samples >> 32 & 0x0Fu));
  for (std::size_t i = 0; i < 4; ++i) config[kLength + 1 + i] = static_cast<std::uint8_t>(samples >> (24 - 8 * i));
  std::fill(config.begin() + kMd5, config.begin() + kEnd, std::uint8_t{0});
}

}  // namespace

AlbumSplitter::AlbumSplitter(TrackConfig config, media::Grid grid, std::vector<Output> outputs)
    : config_(std::move(config)), grid_(grid), outputs_(std::move(outputs)) {
  assert(!outputs_.empty());
}

void AlbumSplitter::track_ends(std::size_t k, Ticks end) {
  const std::lock_guard lock(ends_mutex_);
  assert(k == ends_.size());
  if (k == ends_.size()) ends_.push_back(end);
}

std::optional<Ticks> AlbumSplitter::end_of(std::size_t k) const {
  const std::lock_guard lock(ends_mutex_);
  if (k >= ends_.size()) return std::nullopt;
  return ends_[k] + config_.lead_in;
}

void AlbumSplitter::remember(const media::Sample& sample) {
  if (outputs_.size() == 1) return;
  recent_.push_back({sample.dts, sample.duration, {sample.data.begin(), sample.data.end()}});
  // A join lies inside the newest unit at the earliest: what ends before that unit's warm-up begins is of no more use.
  const Ticks needed_from = sample.dts - warm_up(config_, sample.duration);
  while (recent_.front().start + recent_.front().duration <= needed_from) recent_.pop_front();
}

Result<void> AlbumSplitter::open_track(Ticks programme_start) {
  const std::size_t k = tracks_.size();
  TrackPlan plan;
  plan.grid = grid_;
  plan.expected_segments = outputs_[k].expected_segments;
  Ticks start = 0;
  std::deque<Unit> preroll;
  if (k > 0) {
    const Ticks warm_from = programme_start - warm_up(config_, recent_.empty() ? 0 : recent_.back().duration);
    for (const Unit& unit : recent_) {
      const Ticks end = unit.start + unit.duration;
      if (end > warm_from && unit.start < programme_start) preroll.push_back(unit);
    }
    start = preroll.empty() ? programme_start : preroll.front().start;
  }
  const auto lead_in = static_cast<std::uint32_t>(programme_start - start);
  plan.config = config_of(config_, k, lead_in, 0);
  plan.preroll_samples = static_cast<std::uint32_t>(preroll.size());
  auto writer = TrackWriter::create(plan, *outputs_[k].sink);
  if (!writer) return std::move(writer).error();
  tracks_.push_back({std::move(*writer), start, lead_in, start});
  for (const Unit& unit : preroll) {
    auto done = add_to_last({.dts = unit.start, .pts = unit.start, .duration = unit.duration, .sync = true, .data = unit.data});
    if (!done) return done;
  }
  return {};
}

Result<void> AlbumSplitter::add_to_last(const media::Sample& sample) {
  Open& track = tracks_.back();
  media::Sample shifted = sample;
  shifted.dts -= track.start;
  shifted.pts -= track.start;
  track.end = sample.dts + sample.duration;
  return track.writer.add(shifted);
}

Result<void> AlbumSplitter::add(const media::Sample& sample) {
  if (tracks_.empty()) {
    auto done = open_track(config_.lead_in);
    if (!done) return done;
  }
  // Several tracks may end before this sample: those shorter than a unit.
  while (tracks_.size() < outputs_.size()) {
    const std::optional<Ticks> end = end_of(tracks_.size() - 1);
    if (!end || sample.dts < *end) break;
    auto done = tracks_.back().writer.end_samples(tracks_.back().end - *end);
    if (done) done = open_track(*end);
    if (!done) return done;
  }
  remember(sample);
  return add_to_last(sample);
}

TrackConfig AlbumSplitter::config_of(TrackConfig base, std::size_t k, std::uint32_t lead_in, std::uint32_t tail) const {
  base.lead_in = lead_in;
  base.tail = tail;
  if (base.codec == Codec::opus && k > 0) set_pre_skip(base.config, lead_in);
  return base;
}

Result<std::vector<media::Track>> AlbumSplitter::finish(const TrackConfig& final, const Loudness& loudness) {
  // Tracks after the last sample: shorter than what was left of its unit.
  while (!tracks_.empty() && tracks_.size() < outputs_.size()) {
    const std::optional<Ticks> end = end_of(tracks_.size() - 1);
    if (!end) break;
    auto done = tracks_.back().writer.end_samples(tracks_.back().end - *end);
    if (done) done = open_track(*end);
    if (!done) return std::move(done).error();
  }
  if (tracks_.size() != outputs_.size() || !end_of(tracks_.size() - 1))
    return Error{"album: " + std::to_string(ends_.size()) + " tracks have ended, expected " + std::to_string(outputs_.size())};

  std::vector<media::Track> finished;
  for (std::size_t k = 0; k < tracks_.size(); ++k) {
    Open& track = tracks_[k];
    const Ticks end = *end_of(k);
    if (end > track.end)
      return Error{"album: track " + std::to_string(k + 1) + " ends at " + std::to_string(end) + ", its samples at " +
                   std::to_string(track.end)};
    TrackConfig config = config_of(final, k, track.lead_in, static_cast<std::uint32_t>(track.end - end));
    if (config.codec == Codec::flac && tracks_.size() > 1)
      set_flac_length(config.config, static_cast<std::uint64_t>(end - track.start - track.lead_in));
    if (k < loudness.tracks.size()) config.loudness = loudness.tracks[k];
    config.album_loudness = loudness.album;
    auto written = track.writer.finish(config);
    if (!written) return std::move(written).error();
    finished.push_back(std::move(*written));
  }
  return finished;
}

}  // namespace segue::packager
