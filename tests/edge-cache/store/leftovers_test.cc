// SPDX-License-Identifier: Apache-2.0
// A cache folder whose index is made anew: the files of the old one go, those of the new one stay.
#include "edge-cache/store/leftovers.h"

#include <stdlib.h>
#include <unistd.h>

#include <filesystem>
#include <thread>
#include <vector>

#include "edge-cache/store/shared.h"
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
  [[nodiscard]] std::vector<std::string> set_aside() const {
    std::vector<std::string> names;
    for (const auto& item : fs::directory_iterator(path)) {
      if (ObjectFiles::is_aside(item.path().filename().string())) names.push_back(item.path().filename().string());
    }
    return names;
  }
  char name[40] = "/tmp/segue-leftovers-XXXXXX";
  std::string path;
};

void put(const Shared& shared, std::uint64_t id) {
  const int file = shared.files().create(id);
  REQUIRE(file >= 0);
  ::close(file);
  REQUIRE(shared.files().publish(id));
}

bool there(const Folder& folder, std::uint64_t id) { return fs::exists(folder.path + '/' + ObjectFiles::name_of(id)); }

}  // namespace

TEST_CASE("objects of another index are set aside at once and removed bit by bit, those of the new one stay") {
  const Folder folder;
  for (std::uint64_t id = 1; id <= 20; ++id) put(*folder.open(100), id);
  (void)folder.open(100);  // the same index: nothing is set aside
  CHECK(there(folder, 20));
  CHECK(folder.set_aside().empty());
  const auto shared = folder.open(200);
  CHECK_FALSE(there(folder, 20));
  CHECK(folder.set_aside() == std::vector<std::string>{"removed-0"});
  put(*shared, 7);
  CHECK(remove_leftovers(folder.path, 5) == 5);
  CHECK(remove_leftovers(folder.path, 1000) == 15 + 256 + 1);  // files, their folders, the one around them
  CHECK(remove_leftovers(folder.path, 1000) == 0);
  CHECK(folder.set_aside().empty());
  CHECK(there(folder, 7));
}

TEST_CASE("what a stopped edge had not removed is the next one's") {
  const Folder folder;
  put(*folder.open(100), 1);
  put(*folder.open(200), 2);
  const auto shared = folder.open(300);
  CHECK(folder.set_aside().size() == 2);
  { const Leftovers stopped(folder.path); }
  const Leftovers goes_on(folder.path);
  while (!folder.set_aside().empty()) std::this_thread::yield();
}

TEST_CASE("a new cache sets nothing aside, and what nobody of ours put there stays") {
  const Folder folder;
  fs::create_directory(folder.path + "/removed-by-hand");
  fs::create_directory(folder.path + "/elsewhere");
  fs::create_symlink(folder.path + "/elsewhere", folder.path + "/removed-0");
  CHECK(remove_leftovers(folder.path, 1000) == 0);
  put(*folder.open(100), 1);
  CHECK(folder.set_aside() == std::vector<std::string>{"removed-0"});
  (void)folder.open(200);
  CHECK(remove_leftovers(folder.path, 1000) == 1 + 256 + 1);
  CHECK(folder.set_aside() == std::vector<std::string>{"removed-0"});
  CHECK(fs::exists(folder.path + "/removed-by-hand"));
  CHECK(fs::exists(folder.path + "/elsewhere"));
}
