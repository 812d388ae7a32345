// SPDX-License-Identifier: Apache-2.0
#include "manifests/album_periods.h"

#include <algorithm>
#include <map>

#include "media/bandwidth.h"
#include "media/limits.h"

namespace segue::manifests {
namespace {

constexpr std::int64_t kMicros = 1'000'000;

struct Piece {
  media::SegmentIndex segments;  // in the file's own time
  media::Ticks on_album = 0;     // R
};

std::map<std::uint32_t, Piece> pieces_of(const media::Track& track) {
  std::map<std::uint32_t, Piece> pieces;
  for (auto segment = track.segments.walk(); !segment.done(); segment.next()) {
    auto [at, is_new] = pieces.try_emplace(segment->file);
    if (is_new) {
      at->second.on_album = segment->start;
      at->second.segments.set_start(segment->file < track.file_starts.size() ? track.file_starts[segment->file] : segment->start);
      at->second.segments.begin_file(segment->offset);
    }
    at->second.segments.append(segment->size, segment->duration);
  }
  return pieces;
}

// Of programme: what stands before is the encoder's lead-in, which players take off the times (AAC's edit) or the sound (Opus).
std::int64_t programme_start_us(const media::Track& track, media::Ticks on_album) {
  const media::Ticks start = std::max<media::Ticks>(0, on_album - track.rendition.track.lead_in);
  return media::rescale(start, track.rendition.track.timescale, kMicros, media::Round::up);
}

media::Track part_of(const media::Track& album, const media::SegmentIndex& segments) {
  media::Track part;
  part.rendition = album.rendition;
  part.rendition.dash_bps = media::dash_bandwidth(segments, album.rendition.track.timescale, media::kMinBufferSeconds);
  part.init_bytes = album.init_bytes;
  part.segments = segments;
  return part;
}

}  // namespace

std::vector<AlbumPeriod> album_periods(const TrackList& tracks) {
  std::vector<std::map<std::uint32_t, Piece>> pieces;
  std::map<std::uint32_t, AlbumPeriod> by_file;
  for (const media::Track* track : tracks) {
    for (const auto& [file, piece] : pieces.emplace_back(pieces_of(*track))) {
      AlbumPeriod& period = by_file[file];
      period.file = file;
      if (file > 0) period.start_us = std::max(period.start_us, programme_start_us(*track, piece.on_album));
    }
  }
  std::vector<AlbumPeriod> periods;
  for (auto& [file, period] : by_file) {
    for (std::size_t i = 0; i < tracks.size(); ++i) {
      const auto piece = pieces[i].find(file);
      if (piece == pieces[i].end()) continue;
      const media::Ticks start = media::rescale(period.start_us, kMicros, tracks[i]->rendition.track.timescale);
      const media::Ticks offset = start + piece->second.segments.start() - piece->second.on_album;
      period.parts.push_back({part_of(*tracks[i], piece->second.segments), static_cast<std::uint64_t>(std::max<media::Ticks>(0, offset))});
    }
    periods.push_back(std::move(period));
  }
  return periods;
}

}  // namespace segue::manifests
