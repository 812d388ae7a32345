// SPDX-License-Identifier: Apache-2.0
#include "edge-cache/store/removals.h"

#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include <filesystem>

#include "tests/catch.h"

namespace fs = std::filesystem;
using namespace segue::edge;

namespace {

struct Folder {
  Folder() : files(::mkdtemp(name)) { REQUIRE(files.prepare()); }
  ~Folder() { fs::remove_all(files.folder()); }
  void put(std::uint64_t id, bool complete) const {
    const int file = files.create(id);
    REQUIRE(file >= 0);
    ::close(file);
    if (complete) REQUIRE(files.publish(id));
  }
  [[nodiscard]] std::size_t count() const {
    std::size_t files_here = 0;
    for (const auto& item : fs::recursive_directory_iterator(files.folder())) files_here += item.is_regular_file();
    return files_here;
  }
  char name[40] = "/tmp/segue-removals-XXXXXX";
  ObjectFiles files;
};

bool is_open(int number) { return ::fcntl(number, F_GETFD) != -1; }

}  // namespace

TEST_CASE("what may wait is bounded by files, and by a hundredth of the cache's bytes") {
  struct Row {
    std::uint64_t cache, held, objects;
    std::size_t most;
  };
  constexpr std::uint64_t kGiga = std::uint64_t{1} << 30;
  const Folder folder;
  Removals removals(folder.files);
  CHECK(removals.most_waiting() == 4096);
  for (const Row& row : {Row{100 * kGiga, 0, 0, 4096}, Row{100 * kGiga, 100 * kGiga, 1'000'000, 4096},
                         Row{100 * kGiga, 10 * kGiga, 1000, 100}, Row{100 * kGiga, 100 * kGiga, 100, 64}, Row{1, 1, 1, 64}}) {
    CAPTURE(row.cache, row.held, row.objects);
    removals.bound(row.cache, row.held, row.objects);
    CHECK(removals.most_waiting() == row.most);
  }
}

TEST_CASE("files and objects go, by a thread or by the caller, and no others") {
  constexpr std::uint64_t kFiles = 10'000;  // more than may wait
  for (const bool by_thread : {false, true}) {
    INFO("by a thread: " << by_thread);
    const Folder folder;
    for (std::uint64_t id = 1; id <= kFiles + 1; ++id) folder.put(id, id % 2 == 0);
    int number = -1;
    {
      Removals removals(folder.files);
      if (by_thread) removals.start();
      for (std::uint64_t id = 1; id <= kFiles / 2; ++id) id % 2 == 0 ? removals.complete(id) : removals.arriving(id);
      removals.wait();
      CHECK(folder.count() == kFiles / 2 + 1);
      number = ::open((folder.files.folder() + "/objects").c_str(), O_RDONLY | O_CLOEXEC);
      auto object = std::make_shared<const Object>(Object{{}, std::make_shared<const OpenFile>(number), nullptr});
      ObjectPointer reader = object;
      removals.release(std::move(object));
      removals.release(nullptr);
      removals.wait();
      CHECK(is_open(number));  // somebody still sends it
      removals.release(std::move(reader));
      removals.wait();
      CHECK_FALSE(is_open(number));
      for (std::uint64_t id = kFiles / 2 + 1; id <= kFiles; ++id) id % 2 == 0 ? removals.complete(id) : removals.arriving(id);
    }
    CHECK(folder.count() == 1);  // what waited was done before its end
  }
}
