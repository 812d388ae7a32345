// SPDX-License-Identifier: Apache-2.0
#include "ingest/describe.h"

#include <algorithm>
#include <chrono>
#include <set>

#include "ingest/identity.h"

namespace segue::ingest {

media::Source describe_source(const transcoder::SourceInfo& info, const std::string& file_name, std::uint64_t size_bytes,
                              const SourceHashes& hashes) {
  media::Source source;
  source.file_name = file_name;
  source.size_bytes = size_bytes;
  source.container = info.container;
  source.media_hash = hashes.media;
  source.file_hash = hashes.file;
  for (const transcoder::SourceStream& stream : info.streams) source.codecs.push_back(stream.codec);
  return source;
}

std::string kind_of(const transcoder::SourceInfo& info) {
  const bool pictures = std::any_of(info.streams.begin(), info.streams.end(),
                                    [](const transcoder::SourceStream& stream) { return stream.kind == media::TrackKind::video; });
  return pictures ? "video" : "track";
}

media::Asset describe(const Look& look, const transcoder::Ladder& ladder) {
  media::Asset asset;
  asset.id = asset_id(look.source.media_hash);
  asset.kind = look.kind;
  asset.source = look.source;
  asset.tags = look.info.tags;
  asset.chapters = look.info.chapters;
  asset.ladder = ladder.name;
  asset.ladder_hash = ladder_hash(transcoder::ladder_text(ladder));
  return asset;
}

void keep_library(media::Asset& asset, const std::optional<media::Asset>& current) {
  if (!current || asset.tags.contains("library")) return;
  if (const auto tag = current->tags.find("library"); tag != current->tags.end()) asset.tags.insert(*tag);
}

std::string first_tag(const media::Tags& tags, const std::string& name) {
  const auto found = tags.find(name);
  return found == tags.end() || found->second.empty() ? std::string() : found->second.front();
}

media::Tags album_tags(const std::vector<const media::Tags*>& tracks, const std::string& fallback_title) {
  static const std::set<std::string> kOfATrack = {"title", "track", "track_total", "disc", "lyrics", "musicbrainz_track_id", "isrc"};
  media::Tags tags;
  if (tracks.empty()) return tags;
  for (const auto& [name, values] : *tracks.front()) {
    const std::string& key = name;  // not a structured binding: clang 14 does not capture those
    const auto& value = values;
    const bool common = std::all_of(tracks.begin(), tracks.end(), [&](const media::Tags* track) {
      const auto found = track->find(key);
      return found != track->end() && found->second == value;
    });
    if (common && !kOfATrack.contains(key)) tags[key] = value;
  }
  const std::string title = first_tag(tags, "album");
  tags["title"] = {title.empty() ? fallback_title : title};
  if (tags.contains("album_artist")) tags["artist"] = tags["album_artist"];
  return tags;
}

std::int64_t now_unix() {
  return std::chrono::duration_cast<std::chrono::seconds>(std::chrono::system_clock::now().time_since_epoch()).count();
}

}  // namespace segue::ingest
