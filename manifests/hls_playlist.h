// SPDX-License-Identifier: Apache-2.0
// The two HLS playlists as values (RFC 8216bis), ours or anybody's: what hls_writer prints and hls_parser reads.
// Durations are whole microseconds, rates thousandths, so that parse(write(x)) == x. Tags that Segue has no use for are not kept.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace segue::manifests::hls {

struct ByteRange {  // 4.4.4.2
  std::uint64_t length = 0, offset = 0;
  friend bool operator==(const ByteRange&, const ByteRange&) = default;
};

struct InitSection {  // EXT-X-MAP, 4.4.4.5
  std::string uri;
  std::optional<ByteRange> range;
  friend bool operator==(const InitSection&, const InitSection&) = default;
};

struct Segment {
  std::int64_t duration_us = 0;
  std::string uri;
  std::optional<ByteRange> range;
  bool discontinuity = false;
  std::optional<std::uint32_t> init;  // index into MediaPlaylist::inits of the EXT-X-MAP that applies
  friend bool operator==(const Segment&, const Segment&) = default;
};

enum class PlaylistType { none, vod, event };

struct MediaPlaylist {
  std::uint32_t version = 1;
  std::int64_t target_seconds = 0;
  std::uint64_t first_number = 0;  // EXT-X-MEDIA-SEQUENCE
  PlaylistType type = PlaylistType::none;
  bool independent_segments = false, i_frames_only = false, ended = false;
  std::vector<InitSection> inits;
  std::vector<Segment> segments;
  friend bool operator==(const MediaPlaylist&, const MediaPlaylist&) = default;
};

struct Resolution {
  std::uint32_t width = 0, height = 0;
  friend bool operator==(const Resolution&, const Resolution&) = default;
};

struct Variant {  // EXT-X-STREAM-INF (4.4.6.2) or, in MultivariantPlaylist::i_frames, EXT-X-I-FRAME-STREAM-INF (4.4.6.3)
  std::string uri;
  std::uint64_t bandwidth = 0;
  std::optional<std::uint64_t> average_bandwidth;
  std::optional<std::uint32_t> score_milli;
  std::string codecs, supplemental_codecs;
  std::optional<Resolution> resolution;
  std::optional<std::uint32_t> frame_rate_milli;
  std::string video_range;              // "SDR", "HLG", "PQ" or empty
  std::string audio, video, subtitles;  // GROUP-IDs
  std::string closed_captions;          // a GROUP-ID, or "NONE" (which is printed without quotes)
  friend bool operator==(const Variant&, const Variant&) = default;
};

enum class MediaType { audio, video, subtitles, closed_captions };

struct Media {  // EXT-X-MEDIA, 4.4.6.1
  MediaType type = MediaType::audio;
  std::string group, name, language, uri, characteristics, instream_id;
  std::string channels;  // "2", "6", "16/JOC"
  std::optional<std::uint32_t> sample_rate, bit_depth;
  bool is_default = false, autoselect = false, forced = false;
  friend bool operator==(const Media&, const Media&) = default;
};

struct MultivariantPlaylist {
  std::uint32_t version = 1;
  bool independent_segments = false;
  std::vector<Media> media;
  std::vector<Variant> variants, i_frames;
  friend bool operator==(const MultivariantPlaylist&, const MultivariantPlaylist&) = default;
};

}  // namespace segue::manifests::hls
