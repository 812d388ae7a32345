// SPDX-License-Identifier: Apache-2.0
// Plans without a server: long assets, the memory bound, what is kept of what changed.
#include <algorithm>
#include <memory>
#include <string>

#include "origin/origin.h"
#include "origin/posix_storage.h"
#include "tests/catch.h"
#include "tests/origin/store_fixture.h"

using namespace segue;
using namespace segue::origin;
using namespace segue::test;

namespace {

struct Decided {
  int status;
  std::string text;
  std::uint64_t offset, length;
};

Decided decided(Origin& decider, const std::string& path, std::int64_t now_ms = 0) {
  const std::size_t mark = std::min(path.find('?'), path.size()), query = std::min(mark + 1, path.size());
  const origin_request request = {.method = {"GET", 3},
                                  .path = {path.data(), mark},
                                  .query = {path.data() + query, path.size() - query},
                                  .accept_encoding = {},
                                  .now_ms = now_ms};
  origin_plan plan;
  PlanWriter writer(plan);
  decider.plan(request, writer);
  Decided made{plan.status, plan.body.size == 0 ? "" : std::string(plan.body.data, plan.body.size), plan.offset, plan.length};
  origin_release(&plan);
  return made;
}

// The file system, and how often a file of it was opened.
class CountingStorage final : public Storage {
 public:
  explicit CountingStorage(int& opens) : opens_(opens) {}
  Opened open(const std::string& path) override { return ++opens_, files_->open(path); }
  int identify(const std::string& path, FileIdentity& identity) noexcept override { return files_->identify(path, identity); }
  int read_link(const std::string& path, std::string& target) override { return files_->read_link(path, target); }

 private:
  int& opens_;
  std::unique_ptr<Storage> files_ = make_posix_storage();
};

std::string id_of(int i) { return std::string(25, 'a') + static_cast<char>('a' + i); }

}  // namespace

TEST_CASE("ten hours of music: every segment is found, and the index stays under 100 KB") {
  const TemporaryFolder folder;
  // 43 frames a second; tiny ones keep the file small.
  const media::Asset asset = publish(folder.path(), {.id = id_of(0), .renditions = {{.frames = 1'550'390, .frame_bytes = 4}}});
  Origin decider({.store = folder.path()}, make_posix_storage());
  const std::string root = "/v/" + id_of(0) + "/g1/aac-128";
  Decided last{};
  std::uint64_t end = 0, segments = 0;
  for (std::uint64_t n = 1; (last = decided(decider, root + '/' + std::to_string(n) + ".m4s")).status == 200; ++n) {
    if (n > 1) REQUIRE(last.offset == end);
    end = last.offset + last.length;
    segments = n;
  }
  CHECK(last.status == 404);
  CHECK(segments > 8990);
  CHECK(end == asset.renditions.front().size_bytes);
  CHECK(decider.library().cached_bytes() < 100'000);
  const std::string playlist = decided(decider, root + ".m3u8").text;
  CHECK(playlist.find("aac-128/" + std::to_string(segments) + ".m4s\n#EXT-X-ENDLIST") != std::string::npos);
}

TEST_CASE("what is kept stays under its bound, and what was forgotten is read again") {
  const TemporaryFolder folder;
  for (int i = 0; i < 20; ++i) publish(folder.path(), {.id = id_of(i), .renditions = {{.frames = 400, .frame_bytes = 20}}});
  constexpr std::size_t kBound = 8000;
  Origin decider({.store = folder.path(), .cache_bytes = kBound, .open_files = 2}, make_posix_storage());
  for (int round = 0; round < 3; ++round) {
    for (int i = 0; i < 20; ++i) {
      CHECK(decided(decider, "/v/" + id_of(i) + "/master.m3u8").status == 200);
      CHECK(decided(decider, "/v/" + id_of(i) + "/g1/aac-128/2.m4s").status == 200);
      CHECK(decider.library().cached_bytes() <= kBound);
    }
  }
}

TEST_CASE("whatever filters a client thinks of, files are read once and what others ask for stays") {
  const TemporaryFolder folder;
  publish(folder.path(), {.id = id_of(0), .renditions = {{.frames = 400}}});
  int opens = 0;
  Origin decider({.store = folder.path(), .cache_bytes = 100'000}, std::make_unique<CountingStorage>(opens));
  const std::string root = "/v/" + id_of(0);
  const std::string segment = root + "/g1/aac-128/2.m4s", all = root + "/manifest.mpd";
  CHECK(decided(decider, segment).status == 200);
  CHECK(decided(decider, all).status == 200);
  const int before = opens;
  for (int i = 0; i < 2000; ++i) {
    CHECK(decided(decider, root + "/manifest.mpd?max_bandwidth=" + std::to_string(9'000'000 + i)).status == 200);
    CHECK(decided(decider, root + "/master.m3u8?max_bandwidth=" + std::to_string(1 + i)).status == 404);
  }
  CHECK(decided(decider, segment).status == 200);
  CHECK(decided(decider, all).status == 200);
  CHECK(opens == before);
  CHECK(decider.library().cached_bytes() <= 112'500);
}

TEST_CASE("a filtered manifest of an asset that was replaced is printed anew") {
  const TemporaryFolder folder;
  publish(folder.path(), {.id = id_of(0), .renditions = {{.frames = 400}}});
  Origin decider({.store = folder.path()}, make_posix_storage());
  const std::string filtered = "/v/" + id_of(0) + "/manifest.mpd?codecs=aac";
  const std::string before = decided(decider, filtered, 0).text;
  publish(folder.path(), {.id = id_of(0), .renditions = {{.frames = 800}}});
  CHECK(decided(decider, filtered, 500).text == before);  // within the validity
  const std::string after = decided(decider, filtered, 2000).text;
  CHECK(after.find("<MPD") != std::string::npos);
  CHECK(after != before);
}

TEST_CASE("a file that was cut is noticed at the next look, one that was replaced is read anew") {
  const TemporaryFolder folder;
  publish(folder.path(), {.id = id_of(0), .renditions = {{.frames = 400}}});
  const std::string path = folder.path() + '/' + id_of(0) + "/g1/aac-128.cmfa", segment = "/v/" + id_of(0) + "/g1/aac-128/2.m4s";
  Origin decider({.store = folder.path()}, make_posix_storage());
  const Decided before = decided(decider, segment, 0);
  REQUIRE(before.status == 200);
  const std::string whole = read_file(path);
  write_file(path, whole.substr(0, before.offset + 5));
  CHECK(decided(decider, segment, 500).status == 200);  // within the validity
  CHECK(decided(decider, segment, 2000).status == 500);
  write_file(path + ".new", whole);
  REQUIRE(std::rename((path + ".new").c_str(), path.c_str()) == 0);
  CHECK(decided(decider, segment, 4000).status == 200);
  REQUIRE(std::remove(path.c_str()) == 0);
  CHECK(decided(decider, segment, 6000).status == 404);
}

TEST_CASE("an asset's folder that was moved away is noticed when its path is walked again") {
  const TemporaryFolder folder;
  publish(folder.path(), {.id = id_of(0), .renditions = {{.frames = 400}}});
  const std::string segment = "/v/" + id_of(0) + "/g1/aac-128/2.m4s";
  Origin decider({.store = folder.path()}, make_posix_storage());
  CHECK(decided(decider, segment, 0).status == 200);
  REQUIRE(std::rename((folder.path() + '/' + id_of(0)).c_str(), (folder.path() + "/away").c_str()) == 0);
  CHECK(decided(decider, segment, 10'000).status == 404);
}
