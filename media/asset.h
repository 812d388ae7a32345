// SPDX-License-Identifier: Apache-2.0
// asset.json: all that is known of a published asset beside the bytes of its track files. Written once by ingest, read by
// origin, manifests, validator and the catalog. The page of the format is docs/formats/asset.md.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "media/result.h"
#include "media/track.h"

namespace segue::media {

// Tags in lower case with the field's usual names; each may have several values, in the file's order:
// title, artist, album, album_artist, track, track_total, disc, disc_total, date, genre, composer, lyrics,
// musicbrainz_track_id, musicbrainz_album_id, ... Unknown ones are kept under their own name.
using Tags = std::map<std::string, std::vector<std::string>>;

struct Chapter {
  Ticks start_ms = 0, end_ms = 0;
  std::string title;
};

// A file beside a rendition's track file that tells the same in another form.
struct SideFile {
  std::string file;  // in the generation's folder; empty: there is none
  std::uint64_t size_bytes = 0;
  std::string sha256;  // lower-case hex
};

// One encoded track file, as the manifests need it: bandwidths are exact, from the segments.
struct Rendition {
  std::string id;      // folder-safe, unique in the asset: "aac-128", "opus-96", "flac", "h264-720", "aac-128-fr", "text-en"
  std::string file;    // "aac-128.cmfa" (.cmfv, .cmft), in the generation's folder
  TrackConfig track;   // track.config is empty when read from asset.json: the bytes are in the file's moov
  std::string codecs;  // RFC 6381
  std::string group;   // renditions of one group are levels of the same thing ("aac", "aac-fr", "opus", "h264"): one adaptation set
  bool is_default = false;
  bool forced = false;              // subtitles
  std::string role = "main";        // DASH role: main, alternate, commentary, subtitle, caption, ...
  Ticks duration = 0;               // programme length in track.timescale, lead-in and tail not counted
  std::uint64_t size_bytes = 0;     // of the file
  std::uint32_t peak_bps = 0;       // RFC 8216bis 4.1 peak segment bit rate
  std::uint32_t average_bps = 0;    // RFC 8216bis AVERAGE-BANDWIDTH
  std::uint32_t dash_bps = 0;       // 23009-1 5.3.5.2 @bandwidth with kMinBufferSeconds
  std::uint32_t preroll_bytes = 0;  // album runs: size and length of the pre-roll fragment at the head of the first segment;
  std::uint32_t preroll_ticks = 0;  // the album's timeline leaves it out
  std::string sha256;               // of the whole file, lower-case hex
  SideFile webvtt;                  // subtitles: all of them as plain WebVTT, which is what HLS plays (RFC 8216bis 3.1.4)
};

// A track's place in an album that was encoded in one run, or an album's list of its tracks.
struct AlbumPart {
  std::string asset;  // a track's id
  std::uint32_t generation = 1;
  double seconds = 0;  // for display
  std::string title;
};

struct Source {
  std::string file_name;  // without folders
  std::uint64_t size_bytes = 0;
  std::string container, media_hash, file_hash;  // media_hash: of the packets, so that a re-tag keeps the asset's id
  std::vector<std::string> codecs;
};

struct Asset {
  std::string id;  // 26 characters of lower-case base32
  std::uint32_t generation = 1;
  std::string kind;  // "track", "video", "album"
  std::int64_t created_unix = 0;
  Rational duration{0, 1};  // exact programme length in seconds
  Source source;
  Tags tags;
  std::vector<Chapter> chapters;
  std::string cover;  // file name in the generation's folder, empty: none
  std::optional<Loudness> loudness;
  std::string ladder;  // its name ("music"), and the hash that, with the source's, is the identity of this generation
  std::string ladder_hash;
  std::vector<Rendition> renditions;
  std::string album;                    // of a track encoded in an album run: the album's asset id
  std::vector<AlbumPart> album_tracks;  // of kind "album": in playing order; its renditions are those that every track has
};

// Pretty-printed, keys in a fixed order, UTF-8 with control characters escaped; parse_asset(to_json(a)) == a but for track.config.
[[nodiscard]] std::string to_json(const Asset& asset);
// Error: what is missing or of the wrong type, by its JSON pointer. Bounded: at most kMaxAssetJsonBytes (limits.h).
[[nodiscard]] Result<Asset> parse_asset(std::string_view json);

}  // namespace segue::media
