// SPDX-License-Identifier: Apache-2.0
#include "origin/store_reader.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstring>
#include <utility>

#include "media/limits.h"
#include "media/store.h"
#include "origin/album.h"
#include "origin/limits.h"

namespace segue::origin {
namespace {

bool refuse(Refusal& refusal, int status, std::string reason) {
  refusal = {status, std::move(reason)};
  return false;
}

bool refuse(Refusal& refusal, int error, const std::string& name, std::string_view absent) {
  refusal = refusal_for(error, name);
  if (refusal.status == 404) refusal.reason = absent;
  return false;
}

// Below the store: what a person who reads a log or an answer needs, without the machine's own paths.
std::string name_of(GenerationId id, std::string_view file) {
  return std::string(id.asset) + '/' + media::generation_name(id.generation) + '/' + std::string(file);
}

const media::Rendition* find_rendition(const media::Asset& asset, std::string_view id) {
  const auto found = std::find_if(asset.renditions.begin(), asset.renditions.end(), [&](const media::Rendition& r) { return r.id == id; });
  return found == asset.renditions.end() ? nullptr : &*found;
}

struct FileForm {
  std::string_view extension;
  media::TrackKind kind;
};
constexpr std::array<FileForm, 3> kForms = {FileForm{".cmfa", media::TrackKind::audio}, FileForm{".cmfv", media::TrackKind::video},
                                            FileForm{".cmft", media::TrackKind::text}};

// Renditions are named after their codec; the first guess is right but for names of somebody's own.
std::array<FileForm, 3> forms_for(std::string_view rendition) {
  std::array<FileForm, 3> forms = kForms;
  constexpr std::array<std::string_view, 4> kVideo = {"h264", "hevc", "av1", "vp9"};
  if (std::any_of(kVideo.begin(), kVideo.end(), [&](std::string_view codec) { return rendition.starts_with(codec); })) {
    std::swap(forms[0], forms[1]);
  } else if (rendition.starts_with("text") || rendition.starts_with("webvtt")) {
    std::swap(forms[0], forms[2]);
  }
  return forms;
}

}  // namespace

Refusal refusal_for(int error, const std::string& name) {
  if (is_absent(error)) return {404, name + ": not found"};
  return {500, name + ": " + std::strerror(error)};
}

std::string StoreReader::path_of(GenerationId id, std::string_view file_name) const {
  return media::generation_folder(folder_, id.asset, id.generation) + '/' + std::string(file_name);
}

bool StoreReader::live_generation(std::string_view asset, std::uint32_t& generation, Refusal& refusal) const {
  const std::string name = std::string(asset) + '/' + std::string(media::kCurrentLink);
  std::string target;
  if (const int error = storage_.read_link(folder_ + '/' + name, target); error != 0) {
    return refuse(refusal, error, name, "no such asset");
  }
  const auto [end, error] = std::from_chars(target.data() + 1, target.data() + target.size(), generation);
  const bool whole = error == std::errc{} && end == target.data() + target.size();
  if (target.size() < 2 || target[0] != 'g' || !whole || generation == 0) {
    return refuse(refusal, 500, name + ": expected a link to g<generation>, found '" + target + "'");
  }
  return true;
}

bool StoreReader::asset(GenerationId id, media::Asset& asset, FileIdentity& identity, Refusal& refusal) const {
  const std::string name = name_of(id, media::kAssetFile);
  const Opened opened = storage_.open(path_of(id, media::kAssetFile));
  if (opened.error != 0) return refuse(refusal, opened.error, name, "no such generation of this asset");
  if (opened.identity.size_bytes > media::kMaxAssetJsonBytes) {
    return refuse(
        refusal, 500,
        name + ": " + std::to_string(opened.identity.size_bytes) + " bytes, at most " + std::to_string(media::kMaxAssetJsonBytes));
  }
  std::string text(opened.identity.size_bytes, '\0');
  const std::int64_t got = opened.file->read(0, {reinterpret_cast<std::uint8_t*>(text.data()), text.size()});
  if (got < 0) return refuse(refusal, 500, name + ": " + std::strerror(static_cast<int>(-got)));
  text.resize(static_cast<std::size_t>(got));
  Result<media::Asset> parsed = media::parse_asset(text);
  if (!parsed) return refuse(refusal, 500, name + ": " + parsed.error().message);
  asset = std::move(*parsed);
  identity = opened.identity;
  return true;
}

bool StoreReader::own_track(GenerationId id, std::string_view rendition, StoredTrack& stored, Refusal& refusal) const {
  for (const FileForm& form : forms_for(rendition)) {
    const std::string file_name = std::string(rendition) + std::string(form.extension);
    std::string path = path_of(id, file_name);
    const Opened opened = storage_.open(path);
    if (is_absent(opened.error)) continue;
    if (opened.error != 0) return refuse(refusal, opened.error, name_of(id, file_name), {});
    Result<media::Track> track = read_track(*opened.file, opened.identity, name_of(id, file_name));
    if (!track) return refuse(refusal, 500, std::move(track).error().message);
    stored = {std::move(*track), {{.path = std::move(path), .identity = opened.identity}}, form.kind};
    return true;
  }
  return refuse(refusal, 404, "no such rendition in this generation");
}

bool StoreReader::track(GenerationId id, std::string_view rendition, StoredTrack& stored, Refusal& refusal) const {
  if (own_track(id, rendition, stored, refusal)) return true;
  if (refusal.status != 404) return false;
  media::Asset album;
  FileIdentity identity;
  Refusal no_album;
  if (!asset(id, album, identity, no_album)) {
    refusal = std::move(no_album);
    return false;
  }
  if (album.kind != "album" || find_rendition(album, rendition) == nullptr) return false;
  std::vector<media::Asset> parts;
  return album_parts(album, parts, refusal) && album_track(album, parts, rendition, stored, refusal);
}

bool StoreReader::album_parts(const media::Asset& album, std::vector<media::Asset>& parts, Refusal& refusal) const {
  if (album.album_tracks.empty() || album.album_tracks.size() > kMaxAlbumTracks) {
    return refuse(
        refusal, 500,
        album.id + ": album of " + std::to_string(album.album_tracks.size()) + " tracks, expected 1 to " + std::to_string(kMaxAlbumTracks));
  }
  parts.reserve(album.album_tracks.size());
  for (const media::AlbumPart& part : album.album_tracks) {
    if (!media::is_asset_id(part.asset)) return refuse(refusal, 500, album.id + ": album_tracks: '" + part.asset + "' is no asset's id");
    FileIdentity identity;
    if (!asset({part.asset, part.generation}, parts.emplace_back(), identity, refusal)) {
      refusal.reason = "album's track " + part.asset + ": " + refusal.reason;
      return false;
    }
  }
  return true;
}

bool StoreReader::album_track(const media::Asset& album, const std::vector<media::Asset>& parts, std::string_view rendition,
                              StoredTrack& stored, Refusal& refusal) const {
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const GenerationId id{album.album_tracks[i].asset, album.album_tracks[i].generation};
    const media::Rendition* known = find_rendition(parts[i], rendition);
    StoredTrack own;
    if (known == nullptr || !own_track(id, rendition, own, refusal)) {
      return refuse(refusal, 404, "album's track " + name_of(id, rendition) + ": no such rendition");
    }
    if (i == 0) {
      stored = std::move(own);
    } else if (append_to_album(stored.track, own.track, {known->preroll_bytes, known->preroll_ticks})) {
      stored.files.push_back(std::move(own.files.front()));
    }
  }
  return true;
}

bool StoreReader::presentation(const media::Asset& asset, media::Presentation& presentation, Refusal& refusal) const {
  presentation.asset = asset.id;
  presentation.generation = asset.generation;
  presentation.duration = asset.duration;
  if (const auto title = asset.tags.find("title"); title != asset.tags.end() && !title->second.empty()) {
    presentation.title = title->second.front();
  }
  const bool album = asset.kind == "album";
  std::vector<media::Asset> parts;
  if (album && !album_parts(asset, parts, refusal)) return false;
  for (const media::Rendition& rendition : asset.renditions) {
    if (!media::is_rendition_id(rendition.id)) return refuse(refusal, 500, asset.id + ": '" + rendition.id + "' is no rendition's id");
    StoredTrack stored;
    const bool read = album ? album_track(asset, parts, rendition.id, stored, refusal)
                            : own_track({asset.id, asset.generation}, rendition.id, stored, refusal);
    if (!read) return false;
    media::CodecConfig config = std::move(stored.track.rendition.track.config);
    stored.track.rendition = rendition;  // asset.json knows all but the codec's record
    stored.track.rendition.track.config = std::move(config);
    presentation.tracks.push_back(std::move(stored.track));
  }
  return true;
}

}  // namespace segue::origin
