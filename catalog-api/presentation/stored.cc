// SPDX-License-Identifier: Apache-2.0
#include "catalog-api/presentation/stored.h"

#include <algorithm>
#include <charconv>
#include <cstring>
#include <filesystem>
#include <fstream>

#include "media/limits.h"
#include "media/store.h"
#include "media/title.h"
#include "media/track_head.h"

namespace segue::presentation {
namespace {

constexpr std::size_t kFirstRead = 16 * 1024;  // the head of a track of ten minutes

// Empty: it is not there. Error: it is there and cannot be read, or is larger than it may be.
Result<std::string> bytes_of(const std::string& path, std::size_t most, bool whole) {
  std::ifstream file(path, std::ios::binary | std::ios::ate);
  if (!file)
    return std::filesystem::exists(path) ? Result<std::string>(Error{path + ": cannot be read"}) : Result<std::string>(std::string());
  const auto size = static_cast<std::size_t>(file.tellg());
  if (whole && size > most) return Error{path + ": " + std::to_string(size) + " bytes, at most " + std::to_string(most)};
  std::string bytes(std::min(size, most), '\0');
  file.seekg(0);
  file.read(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  if (!file) return Error{path + ": cannot be read"};
  return bytes;
}

Result<media::Track> head_of(const std::string& path) {
  std::size_t want = kFirstRead;
  for (int attempt = 0; attempt < 2; ++attempt) {
    auto bytes = bytes_of(path, want, false);
    if (!bytes) return std::move(bytes).error();
    auto head = media::parse_track_head({reinterpret_cast<const std::uint8_t*>(bytes->data()), bytes->size()});
    if (!head) return Error{path + ": " + head.error().message};
    if (head->needed == 0) return std::move(head->track);
    if (head->needed <= bytes->size() || head->needed > media::kMaxTrackHeadBytes) break;
    want = head->needed;
  }
  return Error{path + ": its head is not whole"};
}

// An album's renditions run through its tracks' files.
Result<std::vector<media::Track>> album_tracks(const media::Asset& album, const std::vector<StoredPtr>& parts) {
  std::vector<media::Track> tracks;
  for (const media::Rendition& rendition : album.renditions) {
    std::vector<const media::Track*> files;
    for (const StoredPtr& part : parts)
      for (const media::Track& track : part->presentation.tracks)
        if (track.rendition.id == rendition.id) files.push_back(&track);
    if (files.size() != parts.size()) return Error{album.id + ": rendition " + rendition.id + ": not all of its tracks have it"};
    auto track = media::make_album_track(rendition, files);
    if (!track) return Error{album.id + ": " + track.error().message};
    tracks.push_back(std::move(*track));
  }
  return tracks;
}

}  // namespace

Result<StoredPtr> Store::live(const std::string& asset) {
  if (!media::is_asset_id(asset)) return StoredPtr();
  std::error_code failed;
  const std::string target =
      std::filesystem::read_symlink(media::asset_folder(folder_, asset) + '/' + std::string(media::kCurrentLink), failed).string();
  std::uint32_t number = 0;
  if (failed || target.size() < 2 || target.front() != 'g') return StoredPtr();
  const auto [end, wrong] = std::from_chars(target.data() + 1, target.data() + target.size(), number);
  if (wrong != std::errc() || end != target.data() + target.size())
    return Error{asset + ": expected a link to g<generation>, found " + target};
  return generation(asset, number);
}

Result<StoredPtr> Store::generation(const std::string& asset, std::uint32_t number) {
  if (!media::is_asset_id(asset)) return StoredPtr();
  const std::string key = asset + '/' + media::generation_name(number);
  {
    const std::lock_guard lock(mutex_);
    if (const auto known = kept_.find(key); known != kept_.end()) {
      newest_first_.splice(newest_first_.begin(), newest_first_, known->second.place);
      return known->second.stored;
    }
  }
  auto read_now = read(asset, number);
  if (!read_now || !*read_now) return read_now;
  const std::lock_guard lock(mutex_);
  if (kept_.contains(key)) return *read_now;
  newest_first_.push_front(key);
  kept_.emplace(key, Kept{*read_now, newest_first_.begin()});
  while (kept_.size() > kMostKept) {
    kept_.erase(newest_first_.back());
    newest_first_.pop_back();
  }
  return *read_now;
}

Result<StoredPtr> Store::read(const std::string& id, std::uint32_t number) {
  const std::string folder = media::generation_folder(folder_, id, number) + '/';
  auto text = bytes_of(folder + std::string(media::kAssetFile), media::kMaxAssetJsonBytes, true);
  if (!text) return std::move(text).error();
  if (text->empty()) return StoredPtr();
  auto asset = media::parse_asset(*text);
  if (!asset) return Error{folder + std::string(media::kAssetFile) + ": " + asset.error().message};
  std::vector<media::Track> tracks;
  if (asset->kind == "album") {
    std::vector<StoredPtr> parts;
    for (const media::AlbumPart& part : asset->album_tracks) {
      auto stored = generation(part.asset, part.generation);
      if (!stored) return stored;
      if (!*stored) return StoredPtr();
      parts.push_back(std::move(*stored));
    }
    auto joined = album_tracks(*asset, parts);
    if (!joined) return std::move(joined).error();
    tracks = std::move(*joined);
  } else {
    for (const media::Rendition& rendition : asset->renditions) {
      // Sound is what a list plays; a film's pictures are not read.
      if (media::kind_of(rendition.track.codec) != media::TrackKind::audio) continue;
      if (rendition.file.find('/') != std::string::npos) return Error{id + ": rendition " + rendition.id + ": a file of another folder"};
      auto head = head_of(folder + rendition.file);
      if (!head) return std::move(head).error();
      auto track = media::make_track(rendition, std::move(*head));
      if (!track) return Error{id + ": " + track.error().message};
      tracks.push_back(std::move(*track));
    }
  }
  auto stored = std::make_shared<Stored>();
  stored->presentation = media::make_presentation(*asset, std::move(tracks));
  stored->presentation.title = media::title_of(*asset);
  stored->album = asset->album;
  stored->album_tracks = asset->album_tracks;
  return StoredPtr(std::move(stored));
}

}  // namespace segue::presentation
