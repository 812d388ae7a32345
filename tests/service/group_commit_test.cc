// SPDX-License-Identifier: Apache-2.0
// Writes of many threads: each on disk when it is answered, a few transactions for all, and one that fails alone.
#include "service/group_commit.h"

#include <atomic>
#include <stdexcept>
#include <thread>

#include "service/outcome.h"
#include "tests/catalog-api/library/asset_text.h"
#include "tests/catch.h"
#include "tests/service/place.h"

using namespace segue;
using service::Database;
using service::GroupCommit;

TEST_CASE("many writers share transactions, and each finds its row when it is answered") {
  tests::Folder folder;
  const std::string path = tests::place_in(folder.path().string()).database("x");
  std::atomic<int> commits = 0;
  auto writer = GroupCommit::open(path, [&] { ++commits; });
  REQUIRE(writer);
  REQUIRE((*writer)->run([](Database& database) -> Result<bool> {
    auto made = database.script("CREATE TABLE t (id INTEGER PRIMARY KEY)");
    if (!made) return std::move(made).error();
    return true;
  }));
  std::atomic<int> missing = 0;
  std::vector<std::thread> threads;
  for (int thread = 0; thread < 16; ++thread)
    threads.emplace_back([&, thread] {
      auto reader = Database::open(path);
      for (int i = 0; i < 50; ++i) {
        const int id = thread * 1000 + i;
        auto done = (*writer)->run([&](Database& database) -> Result<bool> {
          auto put = database.run("INSERT INTO t VALUES (?)", id);
          if (!put) return std::move(put).error();
          return true;
        });
        auto rows = reader->query("SELECT 1 FROM t WHERE id = ?", id);
        if (!done || !rows || rows->empty()) ++missing;
      }
    });
  for (std::thread& thread : threads) thread.join();
  CHECK(missing == 0);
  CHECK(commits < 801);
}

namespace {

Result<void> run_throwing(GroupCommit& writer) {
  return writer.run([](Database& database) -> Result<bool> {
    auto put = database.run("INSERT INTO t VALUES (5)");
    throw std::runtime_error(put ? "torn" : "no table");
  });
}

}  // namespace

TEST_CASE("what fails, throws or is taken back leaves the others") {
  tests::Folder folder;
  const std::string path = tests::place_in(folder.path().string()).database("x");
  auto writer = GroupCommit::open(path, nullptr);
  REQUIRE(writer);
  const auto run = [&](const char* sql, bool keep) {
    return (*writer)->run([=](Database& database) -> Result<bool> {
      auto done = database.script(sql);
      if (!done) return std::move(done).error();
      return keep;
    });
  };
  REQUIRE(run("CREATE TABLE t (id INTEGER PRIMARY KEY)", true));
  REQUIRE(run("INSERT INTO t VALUES (1)", true));
  CHECK(run("INSERT INTO t VALUES (2)", false));
  CHECK(run("INSERT INTO t VALUES (3); INSERT INTO t VALUES (1)", true).error().message.find(tests::has_server() ? "unique" : "UNIQUE") !=
        std::string::npos);
  const auto torn = run_throwing(**writer);
  CHECK((torn.error().message.ends_with("torn") && service::is_damaged(torn.error())));
  (*writer)->later([](Database& database) -> Result<bool> { return database.run("INSERT INTO t VALUES (4)").has_value(); });
  writer->reset();  // does what is waiting
  auto rows = Database::open(path)->query("SELECT count(*), min(id), max(id) FROM t");
  REQUIRE(rows);
  CHECK(rows->front()[0].integer() == 2);
  CHECK(rows->front()[1].integer() == 1);
  CHECK(rows->front()[2].integer() == 4);
}

TEST_CASE("what nobody waits for does not gather without end") {
  tests::Folder folder;
  const std::string path = tests::place_in(folder.path().string()).database("x");
  auto writer = GroupCommit::open(path, nullptr);
  REQUIRE(writer);
  std::atomic<int> done = 0;
  REQUIRE((*writer)->run([&](Database&) -> Result<bool> {  // on the writer's thread: none of them can begin before this ends
    for (int i = 0; i < 1000; ++i)
      (*writer)->later([&](Database&) -> Result<bool> {
        ++done;
        return false;
      });
    return true;
  }));
  writer->reset();
  CHECK((done > 0 && done < 100));
}
