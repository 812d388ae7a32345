// SPDX-License-Identifier: Apache-2.0
// A store in a temporary folder, with assets made by the packager out of samples whose bytes are known.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "media/asset.h"

namespace segue::test {

// A new folder below the system's own for temporary files, removed with its content at the end.
class TemporaryFolder {
 public:
  TemporaryFolder();
  ~TemporaryFolder();
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  [[nodiscard]] const std::string& path() const noexcept { return path_; }

 private:
  std::string path_;
};

struct RenditionSpec {
  std::string id = "aac-128";
  media::Codec codec = media::Codec::aac;  // aac, opus, h264
  int frames = 1000;                       // of 1024 ticks (aac), 960 (opus), 1 picture at 25 Hz (h264)
  std::size_t frame_bytes = 400;
  std::uint32_t preroll_frames = 0;
  std::uint32_t height = 360;  // h264
};

struct AssetSpec {
  std::string id = "aaaaaaaaaaaaaaaaaaaaaaaaaa";
  std::uint32_t generation = 1;
  std::vector<RenditionSpec> renditions = {{}};
  std::string title = "Song";
};

// Writes <store>/<id>/g<generation>/ with track files, cover.jpg and asset.json, and lets `current` point at it.
media::Asset publish(const std::string& store, const AssetSpec& spec);
// An album of tracks that are published already.
media::Asset publish_album(const std::string& store, const std::string& id, const std::vector<media::Asset>& tracks);

[[nodiscard]] std::string read_file(const std::string& path);
void write_file(const std::string& path, const std::string& content);

}  // namespace segue::test
