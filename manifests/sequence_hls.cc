// SPDX-License-Identifier: Apache-2.0
// A sequence as HLS: one media playlist a level, EXT-X-DISCONTINUITY wherever another file begins, EXT-X-MAP wherever another run does.
#include <algorithm>

#include "manifests/hls.h"
#include "manifests/hls_writer.h"
#include "manifests/sequence.h"
#include "manifests/text.h"
#include "media/bandwidth.h"

namespace segue::manifests {
namespace {

using media::Track;

constexpr std::uint32_t kVersion = 6;
constexpr std::uint32_t kMicros = 1'000'000;

std::uint32_t target_of(const SequenceLevels& levels) {
  std::uint32_t most = 0;
  for (const SequenceLevel& level : levels)
    for (const Track& track : level.runs) most = std::max(most, media::target_duration(track.segments, track.rendition.track.timescale));
  return most;
}

// What a run's segments last beyond its programme: the encoder's lead-in and padding. Taken off the last EXTINF before a join, so that all
// levels say alike when the next track begins (they differ by 50 ms a join else), and a player that lays segments out by EXTINF (Shaka)
// lays each track where the one before it ends.
std::int64_t surplus_us(const SequenceRun& run, const Track& track) {
  std::int64_t programme = 0;
  for (const media::Presentation* one : run.tracks) programme += media::ticks_at(one->duration, kMicros);
  const std::int64_t all = micros_of(track.segments.end() - track.segments.start(), track.rendition.track.timescale);
  return std::max<std::int64_t>(0, all - programme);
}

// Calls `take(segment, microseconds)`: differences of two rounded instants, so that sums do not drift; the last one less `surplus`.
template <class Take>
void each_segment(const Track& track, std::int64_t surplus, Take take) {
  constexpr std::int64_t kLeast = 1000;
  media::Ticks ticks = 0;
  std::int64_t before = 0;
  for (auto segment = track.segments.walk(); !segment.done(); segment.next()) {
    ticks += segment->duration;
    const std::int64_t now = micros_of(ticks, track.rendition.track.timescale);
    const bool is_last = segment.number() + 1 == track.segments.size();
    take(*segment, std::max(kLeast, now - before - (is_last ? surplus : 0)));
    before = now;
  }
}

std::int64_t surplus_at(const Sequence& sequence, const SequenceLevel& level, std::size_t run) {
  return run + 1 < level.runs.size() ? surplus_us(sequence.runs[run], level.runs[run]) : 0;
}

// The level's rates over all tracks, on one clock of microseconds, since timescales differ.
Track head_of(const Sequence& sequence, const SequenceLevel& level, std::uint32_t target) {
  media::SegmentIndex all;
  all.begin_file(0);
  for (std::size_t run = 0; run < level.runs.size(); ++run)
    each_segment(level.runs[run], surplus_at(sequence, level, run),
                 [&](const media::Segment& segment, std::int64_t micros) { all.append(segment.size, static_cast<std::uint32_t>(micros)); });
  Track head;
  head.rendition = level.runs.front().rendition;
  head.rendition.id = level.id;
  head.rendition.peak_bps = media::peak_bandwidth(all, kMicros, target);
  head.rendition.average_bps = media::average_bandwidth(all, kMicros);
  return head;
}

void print_segments(const SequenceRun& run, const Track& track, std::int64_t surplus, std::string& out) {
  const std::string& id = track.rendition.id;
  const bool is_several = run.folders.size() > 1;  // a whole album is one, whatever files its segments lie in
  std::uint32_t file = 0;
  std::uint64_t number = kFirstSegmentNumber;
  std::string url = run.folders.front() + id + '/';
  std::size_t fixed = url.size();
  each_segment(track, surplus, [&](const media::Segment& segment, std::int64_t micros) {
    const bool is_new = is_several && segment.file != file;
    if (is_new) {
      file = segment.file;
      number = kFirstSegmentNumber;
      hls::write_discontinuity(out);
      url = run.folders[file] + id + '/';
      fixed = url.size();
    }
    url.resize(fixed);
    append_number(url, number++);
    url += kSegmentSuffix;
    // A later track's first segment begins with its pre-roll, which only a start of its own needs.
    const std::uint32_t skipped = is_new ? preroll_of(run, track, file) : 0;
    const hls::ByteRange range{segment.size, skipped};
    hls::write_segment(micros, skipped > 0 ? &range : nullptr, url, out);
  });
}

}  // namespace

Result<void> print_sequence_multivariant(const Sequence& sequence, const SequenceLevels& levels, const Addressing& where,
                                         std::string& out) {
  const std::uint32_t target = target_of(levels);
  media::Presentation head;
  for (const SequenceLevel& level : levels) head.tracks.push_back(head_of(sequence, level, target));
  return print_multivariant(head, where, {}, out);
}

void print_sequence_playlist(const Sequence& sequence, const SequenceLevels& levels, const SequenceLevel& level, std::string& out) {
  hls::write_head({kVersion, target_of(levels), kFirstSegmentNumber, hls::PlaylistType::vod, true, false}, out);
  for (std::size_t i = 0; i < level.runs.size(); ++i) {
    const SequenceRun& run = sequence.runs[i];
    if (i > 0) hls::write_discontinuity(out);
    hls::write_init(run.folders.front() + level.runs[i].rendition.id + '/' + std::string(kInitName), nullptr, out);
    print_segments(run, level.runs[i], surplus_at(sequence, level, i), out);
  }
  hls::write_end(out);
}

}  // namespace segue::manifests
