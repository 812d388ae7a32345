// SPDX-License-Identifier: Apache-2.0
// Assets as ingest would publish them, without their media.
#pragma once

#include <filesystem>
#include <fstream>
#include <string>

#include "media/asset.h"
#include "media/store.h"

namespace segue::tests {

inline std::string asset_id(int number) {
  std::string id(26, 'a');
  for (std::size_t i = 26; number > 0; number /= 32) id[--i] = "abcdefghijklmnopqrstuvwxyz234567"[number % 32];
  return id;
}

inline media::Asset make_asset(int number, media::Tags tags) {
  media::Asset asset;
  asset.id = asset_id(number);
  asset.kind = "track";
  asset.created_unix = 1700000000 + number;
  asset.duration = {180, 1};
  asset.source.file_name = "file" + std::to_string(number) + ".flac";
  asset.tags = std::move(tags);
  asset.cover = "cover.jpg";
  media::Rendition rendition;
  rendition.id = "aac-128";
  rendition.file = "aac-128.cmfa";
  rendition.codecs = "mp4a.40.2";
  rendition.group = "aac";
  rendition.track.timescale = 44100;
  rendition.track.audio = {44100, 2, 3, 0};
  rendition.duration = 180 * 44100;
  rendition.average_bps = 128000;
  rendition.size_bytes = 2880000;
  asset.renditions.push_back(rendition);
  return asset;
}

// Written as a worker does it: a whole generation beside, then the link is swapped.
inline void publish(const std::filesystem::path& store, const media::Asset& asset) {
  const auto folder = store / asset.id, generation = folder / media::generation_name(asset.generation);
  std::filesystem::create_directories(generation);
  std::ofstream(generation / ".asset.json") << media::to_json(asset);
  std::filesystem::rename(generation / ".asset.json", generation / "asset.json");
  const auto link = folder / ".current";
  std::filesystem::remove(link);
  std::filesystem::create_directory_symlink(media::generation_name(asset.generation), link);
  std::filesystem::rename(link, folder / "current");
}

// A folder of its own that goes with the test.
class Folder {
 public:
  Folder() {
    std::string name = (std::filesystem::temp_directory_path() / "segue-test-XXXXXX").string();
    path_ = ::mkdtemp(name.data());
  }
  ~Folder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  [[nodiscard]] const std::filesystem::path& path() const { return path_; }
  [[nodiscard]] std::string operator/(const char* name) const { return (path_ / name).string(); }

 private:
  std::filesystem::path path_;
};

}  // namespace segue::tests
