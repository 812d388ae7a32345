// SPDX-License-Identifier: Apache-2.0
// Reads what is published, and keeps nothing: links, asset.json, the heads of track files, an album's timeline out of its tracks.
// Every function: false and `refusal` filled when it cannot: 404 what is not there, 500 what is damaged or unreadable.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "media/asset.h"
#include "media/presentation.h"
#include "origin/refusal.h"
#include "origin/storage.h"
#include "origin/track_index.h"

namespace segue::origin {

// One folder <store>/<asset>/g<generation>. The view borrows.
struct GenerationId {
  std::string_view asset;
  std::uint32_t generation = 0;
};

// A rendition's track with the files that its segments lie in.
struct StoredTrack {
  media::Track track;
  std::vector<IndexedFile> files;
  media::TrackKind kind = media::TrackKind::audio;
};

class StoreReader {
 public:
  // `storage` outlives the reader.
  StoreReader(std::string folder, Storage& storage) : folder_(std::move(folder)), storage_(storage) {}

  bool live_generation(std::string_view asset, std::uint32_t& generation, Refusal& refusal) const;
  bool asset(GenerationId id, media::Asset& asset, FileIdentity& identity, Refusal& refusal) const;
  // A track of its own, or of an album's timeline. Touches one file in the first case, each track's asset.json and head in the second.
  bool track(GenerationId id, std::string_view rendition, StoredTrack& stored, Refusal& refusal) const;
  // All renditions of `asset`.
  bool presentation(const media::Asset& asset, media::Presentation& presentation, Refusal& refusal) const;

  [[nodiscard]] std::string path_of(GenerationId id, std::string_view file_name) const;

 private:
  bool own_track(GenerationId id, std::string_view rendition, StoredTrack& stored, Refusal& refusal) const;
  bool album_parts(const media::Asset& album, std::vector<media::Asset>& parts, Refusal& refusal) const;
  bool album_track(const media::Asset& album, const std::vector<media::Asset>& parts, std::string_view rendition, StoredTrack& stored,
                   Refusal& refusal) const;

  std::string folder_;
  Storage& storage_;
};

// The refusal for an errno value on `name` (a path below the store, for a person): 404 when it is absent, else 500.
[[nodiscard]] Refusal refusal_for(int error, const std::string& name);

}  // namespace segue::origin
