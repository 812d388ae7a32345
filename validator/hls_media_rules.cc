// SPDX-License-Identifier: Apache-2.0
#include "validator/hls_media_rules.h"

#include <algorithm>
#include <cstdlib>

#include "validator/hls_tag_rules.h"

namespace segue::validator {
namespace {

namespace hls = manifests::hls;

constexpr std::string_view kSingletons[] = {"#EXTM3U",
                                            "#EXT-X-VERSION",
                                            "#EXT-X-TARGETDURATION",
                                            "#EXT-X-MEDIA-SEQUENCE",
                                            "#EXT-X-DISCONTINUITY-SEQUENCE",
                                            "#EXT-X-PLAYLIST-TYPE",
                                            "#EXT-X-ENDLIST",
                                            "#EXT-X-I-FRAMES-ONLY",
                                            "#EXT-X-INDEPENDENT-SEGMENTS",
                                            "#EXT-X-START",
                                            "#EXT-X-CONTENT-STEERING",
                                            "#EXT-X-SERVER-CONTROL",
                                            "#EXT-X-PART-INF"};

std::string in_seconds(std::int64_t micros) { return std::to_string(static_cast<double>(micros) / 1e6) + " s"; }
std::string at_segment(const std::string& where, std::size_t i) { return where + ": segment " + std::to_string(i + 1); }

struct Needed {
  std::uint64_t version = 1;
  std::string_view because = "";
  void at_least(std::uint64_t other, std::string_view reason) {
    if (other > version) *this = {other, reason};
  }
};

// RFC 8216bis 8.
Needed needed_version(const std::vector<hls::Line>& lines) {
  const auto has = [&](std::string_view tag) { return has_tag(lines, tag); };
  Needed needed;
  for (const hls::Line& line : lines) {
    if (line.tag == "#EXTINF" && line.value.substr(0, line.value.find(',')).find('.') != std::string_view::npos) {
      needed.at_least(3, "decimal EXTINF");
    }
    if (line.tag == "#EXT-X-MEDIA" && line.value.find("INSTREAM-ID=\"SERVICE") != std::string_view::npos) needed.at_least(7, "SERVICE");
  }
  if (has("#EXT-X-BYTERANGE")) needed.at_least(4, "EXT-X-BYTERANGE");
  if (has("#EXT-X-I-FRAMES-ONLY")) needed.at_least(4, "EXT-X-I-FRAMES-ONLY");
  if (has("#EXT-X-MAP")) needed.at_least(has("#EXT-X-I-FRAMES-ONLY") ? 5 : 6, "EXT-X-MAP");
  if (has("#EXT-X-DEFINE")) needed.at_least(8, "EXT-X-DEFINE");
  return needed;
}

std::uint64_t declared_version(const std::vector<hls::Line>& lines) {
  for (const hls::Line& line : lines) {
    if (line.tag == "#EXT-X-VERSION") return hls::parse_integer(line.value).value_or(1);
  }
  return 1;
}

bool is_mp4(std::string_view uri) {
  uri = uri.substr(0, uri.find_first_of("?#"));
  for (const std::string_view ending : {".m4s", ".mp4", ".m4a", ".m4v", ".cmfa", ".cmfv", ".cmft"}) {
    if (uri.ends_with(ending)) return true;
  }
  return false;
}

}  // namespace

void judge_playlist_text(std::string_view text, const std::string& where, Findings& findings) {
  if (text.starts_with("\xEF\xBB\xBF")) findings.add(rules::hls_syntax, where, "a byte order mark before #EXTM3U");
  const auto lines = hls::split_lines(text);
  if (!lines) return;  // the parser tells
  for (const std::string_view tag : kSingletons) {
    const auto count = std::count_if(lines->begin(), lines->end(), [&](const hls::Line& line) { return line.tag == tag; });
    if (count > 1) findings.add(rules::hls_singleton, where, std::string(tag) + " comes " + std::to_string(count) + " times");
  }
  for (const hls::Line& line : *lines) {
    const bool removed =
        line.tag == "#EXT-X-ALLOW-CACHE" || (line.tag == "#EXT-X-STREAM-INF" && line.value.find("PROGRAM-ID=") != std::string_view::npos);
    if (removed) findings.add(rules::hls_removed_tag, where + ": line " + std::to_string(line.number), std::string(line.tag));
  }
  judge_tags(*lines, where, findings);
  const Needed needed = needed_version(*lines);
  const std::uint64_t declared = declared_version(*lines);
  if (declared < needed.version) {
    findings.add(rules::hls_version, where,
                 "expected at least " + std::to_string(needed.version) + " (" + std::string(needed.because) + "), found " +
                     std::to_string(declared));
  }
}

void judge_media_playlist(const hls::MediaPlaylist& playlist, const std::string& where, Findings& findings) {
  if (playlist.segments.empty()) findings.add(rules::hls_no_segments, where, "no segment");
  if (playlist.target_seconds == 0) findings.add(rules::hls_target_missing, where, "missing or 0");
  const std::int64_t target_us = playlist.target_seconds * 1'000'000;
  for (std::size_t i = 0; i < playlist.segments.size(); ++i) {
    const std::int64_t duration = playlist.segments[i].duration_us;
    if (duration == 0) findings.add(rules::hls_zero, at_segment(where, i), "EXTINF 0");
    if (target_us != 0 && (duration + 500'000) / 1'000'000 > playlist.target_seconds) {
      findings.add(rules::hls_target, at_segment(where, i), in_seconds(duration) + ", target " + std::to_string(playlist.target_seconds));
    }
    if (target_us != 0 && duration > target_us + 500'000) {
      findings.add(rules::hls_overlong, at_segment(where, i), in_seconds(duration) + ", target " + std::to_string(playlist.target_seconds));
    }
  }
  if (playlist.segments.size() > 1 && playlist.segments.back().duration_us < 100'000) {
    findings.add(rules::hls_sliver, at_segment(where, playlist.segments.size() - 1), in_seconds(playlist.segments.back().duration_us));
  }
  // An EVENT playlist ends as well (RFC 4.4.3.5).
  if (playlist.ended && playlist.type == hls::PlaylistType::none) findings.add(rules::hls_vod, where, "EXT-X-ENDLIST without it");
  if (!playlist.ended && playlist.type == hls::PlaylistType::vod) findings.add(rules::hls_endlist, where, "missing");
  for (std::size_t i = 0; i < playlist.segments.size(); ++i) {
    if (playlist.segments[i].init || !is_mp4(playlist.segments[i].uri)) continue;
    findings.add(rules::hls_map_missing, at_segment(where, i), playlist.segments[i].uri);
    break;
  }
}

std::optional<RenditionRefs> refs_of(const hls::MediaPlaylist& playlist, const std::string& address) {
  if (playlist.segments.empty()) return std::nullopt;
  const auto range_of = [](const std::optional<hls::ByteRange>& range) {
    return range ? std::optional(Range{range->offset, range->length}) : std::nullopt;
  };
  RenditionRefs refs;
  refs.name = address;
  if (!playlist.inits.empty()) {
    refs.init_address = resolve(address, playlist.inits.front().uri);
    refs.init_range = range_of(playlist.inits.front().range);
  }
  for (const hls::Segment& segment : playlist.segments) {
    SegmentRef ref;
    ref.address = resolve(address, segment.uri);
    ref.range = range_of(segment.range);
    ref.duration_us = segment.duration_us;
    ref.discontinuity = segment.discontinuity;
    refs.segments.push_back(std::move(ref));
  }
  return refs;
}

void judge_durations(const Rendition& rendition, Findings& findings) {
  if (!rendition.measured()) return;
  // Half a frame: Shaka compares tfdt with the sum of EXTINF and shifts the sound by the difference.
  const std::int64_t tolerance = rendition.frame_us() / 2 + 500;
  // Of the last segment before a discontinuity, what is not programme need not be declared: the next track begins there. Lead-in of 80 ms
  // (Opus behind a join of an album) and two frames.
  constexpr std::int64_t kMostAround = 150'000;
  std::int64_t declared = 0, real = 0;
  std::uint64_t ticks = 0;
  const std::size_t count = rendition.segments.size();
  for (std::size_t i = 0; i < count; ++i) {
    if (rendition.refs.segments[i].discontinuity) declared = 0, ticks = 0;
    declared += rendition.refs.segments[i].duration_us.value_or(0);
    ticks += rendition.segments[i].duration;
    real = rendition.micros(ticks);
    const bool joins = i + 1 < count && rendition.refs.segments[i + 1].discontinuity;
    if (std::abs(declared - real) <= tolerance || (joins && declared < real && real - declared <= kMostAround)) continue;
    findings.add(rules::hls_extinf, at_segment(rendition.refs.name, i),
                 "EXTINF adds up to " + in_seconds(declared) + ", the media to " + in_seconds(real));
    return;  // every later sum is off as well
  }
}

void judge_discontinuities(const hls::MediaPlaylist& playlist, const Rendition& rendition, Findings& findings) {
  for (std::size_t i = 1; i < rendition.segments.size(); ++i) {
    const SegmentSummary &before = rendition.segments[i - 1], &segment = rendition.segments[i];
    if (!playlist.segments[i].discontinuity || playlist.segments[i].init != playlist.segments[i - 1].init) continue;
    // Another encoding would have to hit both by chance.
    if (!before.readable || !segment.readable || segment.start != before.start + before.duration) continue;
    if (segment.first_sequence != before.last_sequence + 1) continue;
    findings.add(rules::hls_discontinuity, at_segment(rendition.refs.name, i),
                 "tfdt " + std::to_string(segment.start) + " and sequence number " + std::to_string(segment.first_sequence) +
                     " go on from the segment before");
  }
}

namespace {

// The video's segment at whose head a picture of an I-frame playlist lies; nothing: at no segment's head.
std::optional<std::size_t> segment_of(const hls::Segment& picture, const Rendition& video, const std::string& where) {
  const std::string address = resolve(where, picture.uri);
  for (std::size_t k = 0; k < video.segments.size(); ++k) {
    const SegmentRef& ref = video.refs.segments[k];
    const std::uint64_t offset = ref.range ? ref.range->offset : 0;
    if (ref.address == address && picture.range && picture.range->offset == offset && video.segments[k].readable) return k;
  }
  return std::nullopt;
}

void judge_range(const hls::Segment& picture, const SegmentSummary& segment, const std::string& at, Findings& findings) {
  if (picture.range->length >= segment.first_sample_end && picture.range->length <= segment.bytes) return;
  findings.add(rules::hls_i_frame, at,
               "expected " + std::to_string(segment.first_sample_end) + " bytes, found " + std::to_string(picture.range->length));
}

}  // namespace

void judge_i_frames(const hls::MediaPlaylist& playlist, const Rendition& video, const std::string& where, Findings& findings) {
  if (!playlist.i_frames_only) findings.add(rules::hls_i_frame, where, "EXT-X-I-FRAMES-ONLY is missing");
  std::optional<std::size_t> before;  // the segment of the picture before
  for (std::size_t i = 0; i < playlist.segments.size(); ++i) {
    const auto k = segment_of(playlist.segments[i], video, where);
    if (k) judge_range(playlist.segments[i], video.segments[*k], at_segment(where, i), findings);
    const auto lasts = [&](std::size_t picture, std::int64_t real) {
      const std::int64_t declared = playlist.segments[picture].duration_us;
      if (std::abs(declared - real) <= video.frame_us() + 1000) return;
      findings.add(rules::hls_i_frame_times, at_segment(where, picture),
                   "EXTINF " + in_seconds(declared) + ", expected " + in_seconds(real));
    };
    if (!video.measured()) continue;
    if (before && k && *k > *before) lasts(i - 1, video.start_us(*k) - video.start_us(*before));
    if (k && i + 1 == playlist.segments.size()) lasts(i, video.end_us() - video.start_us(*k));
    before = k;
  }
}

}  // namespace segue::validator
