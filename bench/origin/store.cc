// SPDX-License-Identifier: Apache-2.0
#include "bench/origin/store.h"

#include <fcntl.h>
#include <unistd.h>

#include <filesystem>
#include <stdexcept>
#include <vector>

#include "media/store.h"
#include "media/track_head.h"
#include "origin/plan.h"
#include "tests/origin/store_fixture.h"

namespace fs = std::filesystem;

namespace segue::bench {
namespace {

// Into the page cache as a server has it that read it from the disk. Linux keeps what was just written in pieces of the writer's own size
// (large folios), and those decide 25 % of what sendfile does with 2.6 MB: both sides must have the same.
void settle(const std::string& path) {
  const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) throw std::runtime_error("cannot open " + path);
  ::fsync(file);
  ::posix_fadvise(file, 0, 0, POSIX_FADV_DONTNEED);
  std::vector<char> buffer(1 << 20);
  while (::read(file, buffer.data(), buffer.size()) > 0) {
  }
  ::close(file);
}

constexpr int kLinksPerFile = 30'000;  // ext4 allows 65,000

media::Track head_of(const std::string& bytes) {
  return media::parse_track_head({reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()})->track;
}

// The same addresses below `plain` as below the origin, as files.
int write_plain_segments(const Content& content, const std::string& id, const std::string& rendition, const std::string& file) {
  const std::string bytes = test::read_file(media::generation_folder(content.store, id, 1) + '/' + file);
  const media::Track track = head_of(bytes);
  const std::string folder = content.plain + "/v/" + id + "/g1/" + rendition;
  fs::create_directories(folder);
  for (std::size_t i = 0; i < track.segments.size(); ++i) {
    const media::Segment segment = track.segments.at(i);
    const std::string path = folder + '/' + std::to_string(i + 1) + ".m4s";
    test::write_file(path, bytes.substr(segment.offset, segment.size));
    settle(path);
  }
  settle(media::generation_folder(content.store, id, 1) + '/' + file);
  return static_cast<int>(track.segments.size());
}

// The origin's own text, as a file.
void write_plain_manifest(const Content& content, origin* decider, const std::string& address) {
  const origin_request request = {
      .method = {"GET", 3}, .path = {address.data(), address.size()}, .query = {}, .accept_encoding = {}, .now_ms = 0};
  origin_plan plan;
  origin_make_plan(decider, &request, &plan);
  if (plan.status != 200) throw std::runtime_error(address + ": " + std::string(plan.body.data, plan.body.size));
  fs::create_directories(fs::path(content.plain + address).parent_path());
  test::write_file(content.plain + address, {plan.body.data, plan.body.size});
  origin_release(&plan);
}

void write_plain_manifests(const Content& content) {
  const origin_options options = {.store = content.store.c_str(), .cache_bytes = 1 << 20, .open_files = 4, .validity_ms = 1000};
  origin* decider = origin_create(&options);
  for (const std::string& id : {id_of(0), content.film}) {
    for (const char* name : {"/master.m3u8", "/manifest.mpd"}) write_plain_manifest(content, decider, "/v/" + id + name);
  }
  write_plain_manifest(content, decider, "/v/" + id_of(0) + "/g1/aac-128.m3u8");
  origin_destroy(decider);
}

void link_songs(const Content& content, int assets) {
  const std::string song = id_of(0);
  const std::string json = test::read_file(media::generation_folder(content.store, song, 1) + "/asset.json");
  std::string track = media::generation_folder(content.store, song, 1) + "/aac-128.cmfa";
  for (int i = 1; i < assets; ++i) {
    const std::string folder = media::generation_folder(content.store, id_of(i), 1);
    if (fs::exists(folder)) continue;
    fs::create_directories(folder);
    std::string own = json;
    own.replace(own.find(song), song.size(), id_of(i));
    test::write_file(folder + "/asset.json", own);
    if (i % kLinksPerFile == 0) {
      fs::copy_file(track, folder + "/aac-128.cmfa");
      track = folder + "/aac-128.cmfa";
    } else {
      fs::create_hard_link(track, folder + "/aac-128.cmfa");
    }
    fs::create_symlink("g1", media::asset_folder(content.store, id_of(i)) + "/current");
  }
}

}  // namespace

std::string id_of(int i) {
  constexpr std::string_view kLetters = "abcdefghijklmnopqrstuvwxyz234567";
  std::string id(26, 'a');
  for (std::size_t at = id.size(); i > 0; i /= 32) id[--at] = kLetters[static_cast<std::size_t>(i % 32)];
  return id;
}

Content make_content(const std::string& folder, int assets) {
  Content content{.store = folder + "/store", .plain = folder + "/plain", .film = "film" + std::string(22, 'a')};
  if (!fs::exists(content.store)) {
    // 4 minutes of 130 kbit/s; a minute of 5.2 Mbit/s.
    test::publish(content.store, {.id = id_of(0), .renditions = {{.frames = 10336, .frame_bytes = 360}}});
    test::publish(
        content.store,
        {.id = content.film,
         .renditions = {{.id = "h264-1080", .codec = media::Codec::h264, .frames = 1500, .frame_bytes = 26'000, .height = 1080}}});
  }
  content.song_segments = write_plain_segments(content, id_of(0), "aac-128", "aac-128.cmfa");
  content.film_segments = write_plain_segments(content, content.film, "h264-1080", "h264-1080.cmfv");
  write_plain_manifests(content);
  link_songs(content, assets);
  return content;
}

}  // namespace segue::bench
