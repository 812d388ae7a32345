// SPDX-License-Identifier: Apache-2.0
// Media and I-frame playlists, printed straight from the segment index.
#include <algorithm>
#include <utility>

#include "manifests/hls.h"
#include "manifests/hls_writer.h"
#include "manifests/plain_text.h"
#include "manifests/text.h"
#include "media/bandwidth.h"

namespace segue::manifests {
namespace {

using media::Presentation;
using media::Track;

// RFC 8216bis 4.1: EXT-X-MAP in a playlist without I-FRAMES-ONLY needs 6.
constexpr std::uint32_t kVersion = 6;
constexpr std::size_t kLineBytes = 64;  // of a segment, about; saves the growing of `out`

// A segment's duration: the difference of two rounded instants, so that sums do not drift.
class Clock {
 public:
  explicit Clock(const Track& track) : timescale_(track.rendition.track.timescale) {}
  std::int64_t advance(std::uint32_t ticks) {
    ticks_ += ticks;
    const std::int64_t now = micros_of(ticks_, timescale_);
    const std::int64_t passed = now - before_;
    before_ = now;
    return passed;
  }

 private:
  std::uint32_t timescale_;
  media::Ticks ticks_ = 0;
  std::int64_t before_ = 0;
};

void print_init(const Track& track, const Addressing& where, std::string& out) {
  std::string uri;
  if (where.form == Addressing::Form::origin) {
    uri += track.rendition.id;
    uri += '/';
    uri += kInitName;
    hls::write_init(uri, nullptr, out);
  } else {
    append_file_url(uri, where, track.rendition, 0);
    const hls::ByteRange range{track.init_bytes, 0};
    hls::write_init(uri, &range, out);
  }
}

// Says where each segment is; keeps one URL and changes only what changes.
class SegmentUrl {
 public:
  SegmentUrl(const Track& track, const Addressing& where) : track_(track), where_(where), origin_(where.form == Addressing::Form::origin) {
    if (origin_) {
      url_ += track.rendition.id;
      url_ += '/';
      fixed_ = url_.size();
    }
  }
  [[nodiscard]] const std::string& of(const media::Segment& segment, std::size_t number) {
    if (origin_) {
      url_.resize(fixed_);
      append_number(url_, number + kFirstSegmentNumber);
      url_ += kSegmentSuffix;
    } else if (segment.file != file_) {
      file_ = segment.file;
      url_.clear();
      append_file_url(url_, where_, track_.rendition, file_);
    }
    return url_;
  }

 private:
  const Track& track_;
  const Addressing& where_;
  bool origin_;
  std::string url_;
  std::size_t fixed_ = 0;
  std::uint32_t file_ = UINT32_MAX;
};

// Subtitles that stand beside their track file as plain WebVTT: one segment of the whole programme. Of fragmented MP4 hls.js and Apple's
// players show none; a file for each segment would tell a cue that crosses a segment's start twice, and players show it twice.
// No X-TIMESTAMP-MAP: without one cue time 0 is media time 0 (RFC 8216bis 3.1.4), where every track file begins.
void print_plain_text(const Track& track, const Addressing& where, std::string& out) {
  std::string uri = where.form == Addressing::Form::folder && !where.folders.empty() ? where.folders.front() : std::string();
  uri += track.rendition.webvtt.file;
  hls::write_segment(micros_of(track.segments.end(), track.rendition.track.timescale), nullptr, uri, out);
}

}  // namespace

std::uint32_t target_seconds(const Presentation& presentation, const Track& track) noexcept {
  if (media::kind_of(track.rendition.track.codec) != media::TrackKind::text) return media::shared_target(presentation.tracks);
  const std::uint32_t timescale = track.rendition.track.timescale;
  if (!is_plain_text(track)) return media::target_duration(track.segments, timescale);
  const std::int64_t micros = micros_of(track.segments.end(), timescale);
  return static_cast<std::uint32_t>(std::max<std::int64_t>(1, (micros + 500'000) / 1'000'000));
}

void print_media_playlist(const Presentation& presentation, const Track& track, const Addressing& where, std::string& out) {
  out.reserve(out.size() + 256 + track.segments.size() * (kLineBytes + (where.form == Addressing::Form::folder ? kLineBytes : 0)));
  hls::write_head({kVersion, target_seconds(presentation, track), kFirstSegmentNumber, hls::PlaylistType::vod, true, false}, out);
  if (is_plain_text(track)) {
    print_plain_text(track, where, out);
    return hls::write_end(out);
  }
  print_init(track, where, out);
  Clock clock(track);
  SegmentUrl url(track, where);
  std::uint32_t file = 0;
  for (auto segment = track.segments.walk(); !segment.done(); segment.next()) {
    // An album's files each have a time of their own; their frames go on from one to the next, so the first one's init serves all. The
    // origin serves them patched onto one timeline.
    if (where.form == Addressing::Form::folder && std::exchange(file, segment->file) != segment->file) hls::write_discontinuity(out);
    const hls::ByteRange range{segment->size, segment->offset};
    const hls::ByteRange* const in_file = where.form == Addressing::Form::folder ? &range : nullptr;
    hls::write_segment(clock.advance(segment->duration), in_file, url.of(*segment, segment.number()), out);
  }
  hls::write_end(out);
}

void print_i_frame_playlist(const Presentation& presentation, const Track& track, const Addressing& where, std::string& out) {
  out.reserve(out.size() + 256 + track.segments.size() * 2 * kLineBytes);
  hls::write_head({kVersion, target_seconds(presentation, track), kFirstSegmentNumber, hls::PlaylistType::vod, true, true}, out);
  print_init(track, where, out);
  Clock clock(track);
  SegmentUrl url(track, where);
  for (auto segment = track.segments.walk(); !segment.done() && segment.number() < track.i_frames.size(); segment.next()) {
    const std::uint64_t offset = where.form == Addressing::Form::folder ? segment->offset : 0;
    const hls::ByteRange range{track.i_frames[segment.number()], offset};
    hls::write_segment(clock.advance(segment->duration), &range, url.of(*segment, segment.number()), out);
  }
  hls::write_end(out);
}

}  // namespace segue::manifests
