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

// A file, as it is between its publishing and its entry.
std::uint64_t put_file(Shared& shared) {
  const std::uint64_t id = shared.index().new_id();
  const int file = shared.files().create(id);
  REQUIRE(file >= 0);
  ::close(file);
  REQUIRE(shared.files().publish(id));
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

std::size_t remove_all(Shared& shared) {
  return remove_leftovers(shared, [] { return true; });
}

}  // namespace

TEST_CASE("a file that a killed worker had published and not indexed is found at the next start, what is indexed stays") {
  const Folder folder;
  std::uint64_t lost = 0, indexed = 0;
  {
    const auto shared = folder.open(100);
    lost = put_file(*shared);
    indexed = put_object(*shared);
    CHECK(remove_all(*shared) == 0);  // while this edge runs it may be just that moment
  }
  const auto shared = folder.open(100);
  const std::uint64_t now = put_file(*shared);
  CHECK(remove_all(*shared) == 1);
  CHECK_FALSE(there(folder, lost));
  CHECK(there(folder, indexed));
  CHECK(there(folder, now));
  CHECK(remove_all(*shared) == 0);
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
  const Leftovers goes_on(*shared);
  while (there(folder, last)) std::this_thread::yield();
}
