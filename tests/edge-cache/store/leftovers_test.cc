// SPDX-License-Identifier: Apache-2.0
// A cache folder with files that its index does not know: they go, those that it knows stay, and so does what is stored meanwhile.
#include "edge-cache/store/leftovers.h"

#include <stdlib.h>
#include <unistd.h>

#include <array>
#include <filesystem>
#include <fstream>
#include <thread>

#include "tests/catch.h"

namespace fs = std::filesystem;
using namespace segue::edge;

namespace {

struct Folder {
  Folder() { path = ::mkdtemp(name); }
  ~Folder() { fs::remove_all(path); }
  [[nodiscard]] std::unique_ptr<Shared> open(std::uint32_t objects) const {
    std::string error;
    auto shared = Shared::open(path, {objects, 1 << 20}, error);
    INFO(error);
    REQUIRE(shared != nullptr);
    return shared;
  }
  char name[40] = "/tmp/segue-leftovers-XXXXXX";
  std::string path;
};

std::uint64_t new_id(Shared& shared) {
  const Locked locked(shared);
  return shared.index().new_id();
}

// A file that is published and has no entry.
std::uint64_t put_file(Shared& shared) {
  const std::uint64_t id = new_id(shared);
  const int file = shared.files().create(id);
  REQUIRE(file >= 0);
  ::close(file);
  REQUIRE(shared.files().publish(id));
  return id;
}

std::uint64_t put_arriving(Shared& shared) {
  const std::uint64_t id = new_id(shared);
  const int file = shared.files().create(id);
  REQUIRE(file >= 0);
  ::close(file);
  return id;
}

std::uint64_t put_object(Shared& shared) {
  Entry entry{};
  entry.id = put_file(shared);
  entry.key = hash({1, 2}, std::to_string(entry.id));
  entry.kind = Kind::object;
  entry.disk_bytes = 1;
  std::array<std::uint64_t, 4> evicted;
  std::size_t count = 0;
  REQUIRE(shared.index().insert(entry, evicted, count) != nullptr);
  return entry.id;
}

bool there(const Folder& folder, std::uint64_t id) { return fs::exists(folder.path + '/' + ObjectFiles::name_of(id)); }

fs::path arriving_path(const Folder& folder, std::uint64_t id) {
  return folder.path + "/arriving/" + fs::path(ObjectFiles::name_of(id)).filename().string();
}

std::size_t remove_all(Shared& shared) {
  return remove_leftovers(shared, [] { return true; });
}

}  // namespace

TEST_CASE("what a killed worker had published and not indexed, or was to remove, goes; what is indexed, or a fetch has, stays") {
  const bool restarted = GENERATE(false, true);
  CAPTURE(restarted);
  const Folder folder;
  auto shared = folder.open(100);
  const std::uint64_t lost = put_file(*shared), indexed = put_object(*shared), lost_early = put_arriving(*shared);
  if (restarted) {
    shared.reset();
    shared = folder.open(100);
  }
  // Between its publishing and its entry; and one that still arrives.
  const std::uint64_t held = put_file(*shared), arriving = put_arriving(*shared);
  for (const std::uint64_t id : {held, arriving}) shared->fetches().at(shared->fetches().start(hash({1, 2}, "held"), 0, false)).id = id;
  CHECK(remove_all(*shared) == (restarted ? 1 : 2));
  CHECK_FALSE(there(folder, lost));
  CHECK_FALSE(fs::exists(arriving_path(folder, lost_early)));
  CHECK(there(folder, indexed));
  CHECK(there(folder, held));
  CHECK(fs::exists(arriving_path(folder, arriving)));
  CHECK(remove_all(*shared) == 0);
}

TEST_CASE("a file that was published by a worker killed before its entry goes, though somebody still watches that fetch") {
  const Folder folder;
  const auto shared = folder.open(100);
  const std::uint64_t published = put_file(*shared);
  Fetch& fetch = shared->fetches().at(shared->fetches().start(hash({1, 2}, "killed"), 0, false));
  fetch.id = published;
  fetch.stage = Stage::orphaned;
  CHECK(remove_all(*shared) == 1);
  CHECK_FALSE(there(folder, published));
}

TEST_CASE("what is given out while it looks is left alone") {
  const Folder folder;
  const auto shared = folder.open(100);
  const std::uint64_t lost = put_file(*shared);
  std::uint64_t meanwhile = 0;
  const std::size_t removed = remove_leftovers(*shared, [&] {
    if (meanwhile == 0) meanwhile = put_file(*shared);
    return true;
  });
  CHECK(removed == 1);
  CHECK_FALSE(there(folder, lost));
  CHECK(there(folder, meanwhile));
}

TEST_CASE("objects of another index go, bit by bit, also by a start that comes later; ids are never given out twice") {
  const Folder folder;
  std::uint64_t last = 0;
  {
    const auto shared = folder.open(100);
    for (int i = 0; i < 300; ++i) last = put_file(*shared);
  }
  std::size_t removed = 0;
  {
    const auto shared = folder.open(200);  // made anew
    CHECK(shared->index().next_id() > last);
    int pauses = 0;
    removed = remove_leftovers(*shared, [&] { return ++pauses < 10; });
    CHECK(removed < 300);
  }
  const auto shared = folder.open(200);
  const std::uint64_t now = put_object(*shared);
  CHECK(remove_all(*shared) == 300 - removed);
  CHECK(there(folder, now));
}

TEST_CASE("objects/ may be a link, one of its folders as well, and what nobody of ours put there stays") {
  const Folder folder, elsewhere;
  fs::create_directories(elsewhere.path + "/objects");
  fs::create_directories(elsewhere.path + "/one");
  fs::create_directory_symlink(elsewhere.path + "/objects", folder.path + "/objects");
  fs::create_directory_symlink(elsewhere.path + "/one", folder.path + "/objects/7f");
  std::uint64_t last = 0;
  {
    const auto shared = folder.open(100);
    for (int i = 0; i < 300; ++i) last = put_file(*shared);
  }
  for (const char* name : {"notes.txt", "7F", "000000000000007", "0000000000000080"})
    std::ofstream(elsewhere.path + "/one/" + name) << "mine";
  const auto shared = folder.open(200);
  CHECK(remove_all(*shared) == 300);
  CHECK_FALSE(there(folder, last));
  CHECK(fs::is_symlink(folder.path + "/objects"));
  for (const char* name : {"notes.txt", "7F", "000000000000007", "0000000000000080"}) CHECK(fs::exists(elsewhere.path + "/one/" + name));
}

TEST_CASE("names of objects") {
  CHECK(ObjectFiles::id_of("00000000000000ff") == 255);
  for (const char* other : {"", "ff", "00000000000000FF", "00000000000000f", "00000000000000fg", "+0000000000000ff", "000000000000000ff"}) {
    CAPTURE(other);
    CHECK_FALSE(ObjectFiles::id_of(other));
  }
}

TEST_CASE("the thread ends when it is told to, and the next one goes on") {
  const Folder folder;
  std::uint64_t last = 0;
  {
    const auto shared = folder.open(100);
    last = put_file(*shared);
  }
  const auto shared = folder.open(100);
  { const Leftovers stopped(*shared); }
  Leftovers goes_on(*shared);
  while (there(folder, last)) std::this_thread::yield();
  const std::uint64_t later = put_file(*shared);
  goes_on.look_again();
  while (there(folder, later)) std::this_thread::yield();
}
