// SPDX-License-Identifier: Apache-2.0
#include "tests/origin/store_fixture.h"

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <stdexcept>

#include "media/store.h"
#include "packager/track_writer.h"

namespace fs = std::filesystem;

namespace segue::test {
namespace {

template <class T>
T must(Result<T> result) {
  if (!result) throw std::runtime_error(result.error().message);
  return std::move(result).value();
}
void must(const Result<void>& result) {
  if (!result) throw std::runtime_error(result.error().message);
}

media::TrackConfig config_of(const RenditionSpec& spec, std::uint32_t& ticks) {
  media::TrackConfig config;
  config.codec = spec.codec;
  switch (spec.codec) {
    case media::Codec::opus:
      config.config = {0, 2, 1, 56, 0, 0, 0xbb, 0x80, 0, 0, 0};  // pre-skip 312
      config.timescale = 48000;
      config.audio = {48000, 2, 3, 0};
      ticks = 960;
      break;
    case media::Codec::h264:  // avcC of High at level 3.0 with one SPS and one PPS
      config.config = {1,    0x64, 0x00, 0x1e, 0xff, 0xe1, 0x00, 0x19, 0x67, 0x64, 0x00, 0x1e, 0xac, 0xd9, 0x40, 0xa0,
                       0x2f, 0xf9, 0x70, 0x11, 0x00, 0x00, 0x03, 0x00, 0x01, 0x00, 0x00, 0x03, 0x00, 0x32, 0x0f, 0x16,
                       0x2d, 0x96, 0x01, 0x00, 0x06, 0x68, 0xeb, 0xe3, 0xcb, 0x22, 0xc0, 0xfd, 0xf8, 0xf8, 0x00};
      config.timescale = 12800;
      config.video.width = spec.height * 16 / 9;
      config.video.height = spec.height;
      config.video.frame_rate = {25, 1};
      ticks = 512;
      break;
    default:
      config.config = {0x12, 0x10};
      config.timescale = 44100;
      config.audio = {44100, 2, 3, 0};
      config.lead_in = 1024;
      ticks = 1024;
      break;
  }
  return config;
}

media::Rendition write_track(const std::string& folder, const RenditionSpec& spec) {
  std::uint32_t ticks = 0;
  const media::TrackConfig config = config_of(spec, ticks);
  const bool video = media::kind_of(spec.codec) == media::TrackKind::video;
  const std::string file = spec.id + (video ? ".cmfv" : ".cmfa");
  auto sink = must(packager::FileSink::create(folder + '/' + file));
  auto writer = must(packager::TrackWriter::create(
      {.config = config, .grid = {}, .expected_segments = 100, .base_time = 0, .preroll_samples = spec.preroll_frames}, sink));
  std::vector<std::uint8_t> data(spec.frame_bytes);
  for (int i = 0; i < spec.frames; ++i) {
    for (std::size_t k = 0; k < data.size(); ++k) data[k] = static_cast<std::uint8_t>(i * 31 + static_cast<int>(k));
    const media::Ticks at = media::Ticks{ticks} * i;
    must(writer.add({.dts = at, .pts = at, .duration = ticks, .sync = !video || i % 25 == 0, .data = data}));
  }
  media::Rendition rendition = must(writer.finish(config)).rendition;
  rendition.id = spec.id;
  rendition.file = file;
  rendition.group = std::string(media::name_of(spec.codec));
  rendition.is_default = true;
  return rendition;
}

void point_current(const std::string& store, const std::string& asset, std::uint32_t generation) {
  const std::string link = media::asset_folder(store, asset) + "/current", made = link + ".new";
  fs::remove(made);
  fs::create_symlink(media::generation_name(generation), made);
  fs::rename(made, link);
}

}  // namespace

TemporaryFolder::TemporaryFolder() {
  std::string pattern = (fs::temp_directory_path() / "segue-test-").string() + std::string(6, 'X');
  if (::mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("mkdtemp " + pattern);
  path_ = pattern;
}

TemporaryFolder::~TemporaryFolder() {
  std::error_code ignored;
  fs::remove_all(path_, ignored);
}

media::Asset publish(const std::string& store, const AssetSpec& spec) {
  const std::string folder = media::generation_folder(store, spec.id, spec.generation);
  fs::create_directories(folder);
  media::Asset asset;
  asset.id = spec.id;
  asset.generation = spec.generation;
  asset.kind = "track";
  asset.tags["title"] = {spec.title};
  asset.cover = "cover.jpg";
  for (const RenditionSpec& rendition : spec.renditions) {
    asset.renditions.push_back(write_track(folder, rendition));
    const media::Rendition& made = asset.renditions.back();
    if (media::kind_of(made.track.codec) == media::TrackKind::video) asset.kind = "video";
    asset.duration = {made.duration, made.track.timescale};
  }
  write_file(folder + "/cover.jpg", "\xff\xd8\xff not really a picture");
  write_file(folder + "/asset.json", media::to_json(asset));
  point_current(store, spec.id, spec.generation);
  return asset;
}

media::Asset publish_album(const std::string& store, const std::string& id, const std::vector<media::Asset>& tracks) {
  media::Asset album;
  album.id = id;
  album.kind = "album";
  album.tags["title"] = {"Album"};
  album.renditions = tracks.front().renditions;
  album.duration = {0, tracks.front().duration.den};
  for (const media::Asset& track : tracks) {
    album.album_tracks.push_back({track.id, track.generation, 1.0, track.tags.at("title").front()});
    album.duration.num += track.duration.num;
  }
  const std::string folder = media::generation_folder(store, id, 1);
  fs::create_directories(folder);
  write_file(folder + "/asset.json", media::to_json(album));
  point_current(store, id, 1);
  return album;
}

std::string read_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) throw std::runtime_error("cannot read " + path);
  return {std::istreambuf_iterator<char>(file), {}};
}

void write_file(const std::string& path, const std::string& content) {
  std::ofstream file(path, std::ios::binary);
  file << content;
  if (!file.flush()) throw std::runtime_error("cannot write " + path);
}

}  // namespace segue::test
