// SPDX-License-Identifier: Apache-2.0
#include "media/presentation.h"

#include <algorithm>

#include "media/bandwidth.h"
#include "media/limits.h"

namespace segue::media {
namespace {

Error mismatch(const Rendition& rendition, const std::string& what, const std::string& expected, const std::string& found) {
  return {"rendition " + rendition.id + ": " + what + " " + found + ", expected " + expected};
}

Result<void> same_track(const Rendition& rendition, const TrackConfig& found) {
  const TrackConfig& expected = rendition.track;
  if (expected.codec != found.codec)
    return mismatch(rendition, "codec", std::string(name_of(expected.codec)), std::string(name_of(found.codec)));
  if (expected.timescale != found.timescale)
    return mismatch(rendition, "timescale", std::to_string(expected.timescale), std::to_string(found.timescale));
  return {};
}

// Appends a part's segments, its first one without the pre-roll fragment at its head.
Result<void> append_part(const Rendition& rendition, const Track& part, bool whole, SegmentIndex& out) {
  if (part.segments.empty()) return Error{"rendition " + rendition.id + ": a track without segments"};
  const std::uint32_t skip_bytes = whole ? 0 : part.rendition.preroll_bytes;
  const std::uint32_t skip_ticks = whole ? 0 : part.rendition.preroll_ticks;
  const Segment first = part.segments.at(0);
  const bool only_preroll = skip_bytes == first.size && skip_ticks == first.duration && part.segments.size() == 1;
  if (!only_preroll && (skip_bytes >= first.size || skip_ticks >= first.duration))
    return mismatch(rendition, "pre-roll of", "less than its segment's " + std::to_string(first.size) + " bytes",
                    std::to_string(skip_bytes) + " bytes");
  if (whole) out.set_start(first.start);
  out.begin_file(first.offset + skip_bytes);
  // A track shorter than an access unit may have none of its own: nothing of it is on the album's timeline.
  if (only_preroll) return {};
  out.append(first.size - skip_bytes, first.duration - skip_ticks);
  for (std::size_t i = 1; i < part.segments.size(); ++i) {
    const SegmentIndex::Size size = part.segments.size_of(i);
    out.append(size.bytes, size.duration);
  }
  return {};
}

}  // namespace

Result<Track> make_track(const Rendition& rendition, Track head) {
  auto same = same_track(rendition, head.rendition.track);
  if (!same) return std::move(same).error();
  CodecConfig config = std::move(head.rendition.track.config);
  head.rendition = rendition;
  head.rendition.track.config = std::move(config);
  return head;
}

Result<Track> make_album_track(const Rendition& rendition, std::span<const Track* const> parts) {
  if (parts.empty()) return Error{"rendition " + rendition.id + ": an album without tracks"};
  Track album;
  album.rendition = rendition;
  album.init_bytes = parts[0]->init_bytes;
  album.rendition.track.config = parts[0]->rendition.track.config;
  for (const Track* part : parts) {
    auto done = same_track(rendition, part->rendition.track);
    if (done) done = append_part(rendition, *part, part == parts[0], album.segments);
    if (!done) return std::move(done).error();
    album.file_starts.push_back(part->segments.start() + (part == parts[0] ? 0 : part->rendition.preroll_ticks));
  }
  album.segments.shrink_to_fit();
  const std::uint32_t timescale = rendition.track.timescale;
  album.rendition.peak_bps = peak_bandwidth(album.segments, timescale, target_duration(album.segments, timescale));
  album.rendition.average_bps = average_bandwidth(album.segments, timescale);
  album.rendition.dash_bps = dash_bandwidth(album.segments, timescale, kMinBufferSeconds);
  return album;
}

std::uint32_t shared_target(std::span<const Track> tracks) noexcept {
  std::uint32_t most = 1;
  for (const Track& track : tracks) {
    if (kind_of(track.rendition.track.codec) != TrackKind::text)
      most = std::max(most, target_duration(track.segments, track.rendition.track.timescale));
  }
  return most;
}

void settle_peaks(std::span<Track> tracks) noexcept {
  const std::uint32_t shared = shared_target(tracks);
  for (Track& track : tracks) {
    const std::uint32_t timescale = track.rendition.track.timescale;
    const bool text = kind_of(track.rendition.track.codec) == TrackKind::text;
    track.rendition.peak_bps = peak_bandwidth(track.segments, timescale, text ? target_duration(track.segments, timescale) : shared);
  }
}

Presentation make_presentation(const Asset& asset, std::vector<Track> tracks) {
  const auto title = asset.tags.find("title");
  return {asset.id, asset.generation, asset.duration,
          title != asset.tags.end() && !title->second.empty() ? title->second[0] : std::string(), std::move(tracks)};
}

}  // namespace segue::media
