// SPDX-License-Identifier: Apache-2.0
#include "edge-cache/store/room.h"

#include <stdlib.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <limits>
#include <optional>

#include "edge-cache/store/fetches.h"
#include "tests/catch.h"

using namespace segue::edge;

namespace {

struct File {
  File() : number(::mkstemp(name)) { ::unlink(name); }
  ~File() { ::close(number); }
  // So much of what its disk has that two of it are too much, whoever else writes there.
  [[nodiscard]] std::uint64_t most_of_the_disk() const {
    struct statvfs disk {};
    REQUIRE(::fstatvfs(number, &disk) == 0);
    return std::uint64_t{disk.f_bavail} * disk.f_frsize / 4 * 3;
  }
  char name[32] = "/tmp/segue-room-XXXXXX";
  int number;
};

}  // namespace

TEST_CASE("room that is promised to one is not there for the next, of any worker, until it is written or given back") {
  const File file;
  const std::uint64_t most = file.most_of_the_disk();
  Promises promises;
  Room second(promises, 2);
  {
    Room first(promises, 1);
    CHECK(first.take(file.number, most) == 0);
    CHECK(first.held() == most);
    const std::uint64_t missing = second.take(file.number, most);
    CHECK(missing > 0);
    CHECK(missing < most);
    CHECK(second.held() == 0);
    CHECK(promises.sum() == most);
    first.wrote(most / 2);
    first.wrote(1);
    CHECK(promises.sum() == most - most / 2 - 1);
    CHECK(second.take(file.number, most / 2 - 1) == 0);
    first.wrote(most);  // more than it was promised
    CHECK(first.held() == 0);
    CHECK(promises.sum() == most / 2 - 1);
  }
  CHECK(promises.sum() == most / 2 - 1);
  CHECK(second.take(file.number, std::numeric_limits<std::uint64_t>::max()) > 0);
}

TEST_CASE("what a killed worker had been promised is free, and what one who left gives back later counts for nobody") {
  const File file;
  std::vector<std::byte> memory(Fetches::bytes_for());
  Fetches fetches(memory);
  fetches.make_empty();
  const std::uint16_t worker = fetches.enter(1, 1);
  std::optional<Room> of_the_dead(std::in_place, fetches.promises(), worker);
  CHECK(of_the_dead->take(file.number, 1000) == 0);
  std::vector<std::uint64_t> broken_off;
  fetches.leave(worker, broken_off);
  CHECK(fetches.promises().sum() == 0);
  REQUIRE(fetches.enter(2, 2) == worker);
  Room next(fetches.promises(), worker);
  CHECK(next.take(file.number, 500) == 0);
  of_the_dead.reset();
  CHECK(fetches.promises().sum() == 500);
}
