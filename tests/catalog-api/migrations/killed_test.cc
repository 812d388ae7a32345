// SPDX-License-Identifier: Apache-2.0
// A program that is killed while it moves an old library to today's version: the old one lies there untouched, and the next start moves it.
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <functional>

#include "catalog-api/library/library.h"
#include "tests/catalog-api/library/asset_text.h"
#include "tests/catalog-api/migrations/old_database.h"

using namespace segue;

namespace {

constexpr const char* kVersions[] = {"library-1", "library-2", "library-3", "library-4"};

// A process that opens the library and ends at once, with nothing of this one's cleaned up.
pid_t open_elsewhere(const std::string& address, const std::function<void()>& before) {
  const pid_t child = ::fork();
  REQUIRE(child >= 0);
  if (child > 0) return child;
  before();
  ::_exit(library::Library::open(address) ? 0 : 1);
}

int status_of(pid_t child) {
  int status = 0;
  REQUIRE(::waitpid(child, &status, 0) == child);
  return status;
}

// Writing to a file beyond `bytes` ends the process there and then (SIGXFSZ, which nobody catches), as kill -9 would.
void die_at(rlim_t bytes) {
  const rlimit no_core{0, 0}, largest{bytes, bytes};
  ::setrlimit(RLIMIT_CORE, &no_core);
  ::signal(SIGXFSZ, SIG_DFL);
  ::setrlimit(RLIMIT_FSIZE, &largest);
}

// So many assets more that what a migration writes is larger than the least that a file may be limited to.
void grow(const std::string& address) {
  auto database = service::Database::open(address);
  REQUIRE(database);
  REQUIRE(database->script("CREATE TEMP TABLE one AS SELECT * FROM asset WHERE row = 1; BEGIN"));
  for (int row = 100; row < 400; ++row) {
    REQUIRE(database->run("UPDATE one SET row = ?, id = ?", row, tests::asset_id(row)));
    REQUIRE(database->script("INSERT INTO asset SELECT * FROM one"));
  }
  REQUIRE(database->script("COMMIT"));
}

void check_moved(const std::string& address) {
  const auto library = library::Library::open(address);
  if (!library) FAIL(library.error().message);
  CHECK(tests::state_of(address).find("version|5|") != std::string::npos);
}

}  // namespace

TEST_CASE("killed at any page that a migration writes, it leaves the old library") {
  if (tests::has_server()) return;
  for (const char* version : kVersions) {
    INFO(version);
    tests::Folder folder;
    const std::string address = folder / "library.sqlite3";
    tests::load_old(address, version);
    grow(address);
    const std::string before = tests::state_of(address);
    constexpr rlim_t kSharedMemory = 32768;  // of the write-ahead log: smaller files than that cannot be had
    int killed = 0;
    for (rlim_t bytes = kSharedMemory;; bytes += 4096) {
      const int status = status_of(open_elsewhere(address, [&] { die_at(bytes); }));
      if (WIFEXITED(status) && WEXITSTATUS(status) == 0) break;
      REQUIRE((WIFSIGNALED(status) && WTERMSIG(status) == SIGXFSZ));
      REQUIRE(tests::state_of(address) == before);
      ++killed;
    }
    CHECK(killed > 3);
    check_moved(address);
  }
}

TEST_CASE("killed between two statements of a migration, it leaves the old library on the server") {
  if (!tests::has_server()) return;
  for (const char* version : {kVersions[1], kVersions[2], kVersions[3]}) {
    INFO(version);
    tests::Folder folder;
    const std::string address = tests::place_in(folder.path().string()).database("library");
    tests::load_old(address, version);
    const std::string before = tests::state_of(address);
    auto holder = service::Database::open(address), looker = service::Database::open(address);
    REQUIRE(holder);
    REQUIRE(looker);
    // Reading and making indexes go on; the first statement that changes the table waits.
    REQUIRE(holder->script("BEGIN; LOCK TABLE asset IN SHARE MODE"));
    const pid_t child = open_elsewhere(address, [] {});
    while (tests::rows_of(*looker, "SELECT 1 FROM pg_locks WHERE NOT granted AND relation = 'asset'::regclass").empty())
      REQUIRE(::waitpid(child, nullptr, WNOHANG) == 0);
    REQUIRE(::kill(child, SIGKILL) == 0);
    CHECK(WTERMSIG(status_of(child)) == SIGKILL);
    REQUIRE(holder->script("ROLLBACK"));
    CHECK(tests::state_of(address) == before);
    check_moved(address);
  }
}
