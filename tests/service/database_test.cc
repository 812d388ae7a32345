// SPDX-License-Identifier: Apache-2.0
// One Database, two engines: the same values come back, errors leave nothing, one writer at a time. Run by with_postgres.sh it also loses
// its server.
#include "service/database.h"

#include <atomic>
#include <chrono>
#include <cstdlib>
#include <latch>
#include <thread>
#include <vector>

#include "service/database_pool.h"
#include "tests/catalog-api/library/asset_text.h"
#include "tests/catch.h"
#include "tests/service/place.h"

using namespace segue;
using service::Blob;
using service::Database;
using service::Transaction;
using service::Value;

namespace {

struct Fixture {
  tests::Folder folder;
  std::string address = tests::place_in(folder.path().string()).database("test");
  Database database = open();

  Database open() const {
    auto opened = Database::open(address);
    if (!opened) FAIL(opened.error().message);
    return std::move(*opened);
  }
  std::int64_t count(Database& of) const {
    auto rows = of.query("SELECT count(*) FROM t");
    if (!rows) FAIL(rows.error().message);
    return rows->front()[0].integer();
  }
};

// The private server: start, stop, crash.
void server(const std::string& what) { REQUIRE(std::system((std::string(std::getenv("SEGUE_TEST_POSTGRES")) + " " + what).c_str()) == 0); }

}  // namespace

TEST_CASE("values come back as they were put") {
  Fixture f;
  REQUIRE(f.database.define("CREATE TABLE t (row INTEGER PRIMARY KEY, n INTEGER, r REAL, s TEXT, b BLOB)"));
  const std::string bytes("\0\xff'\\x", 5), text = "'; DROP TABLE t; -- \\ \xF0\x9F\x8E\xB5";
  auto made = f.database.query("INSERT INTO t (n, r, s, b) VALUES (?, ?, ?, ?) RETURNING row", INT64_MIN, 0.1, text, Blob{bytes});
  REQUIRE(made);
  CHECK(made->front()[0].integer() == 1);
  REQUIRE(f.database.run("INSERT INTO t (n) VALUES (?)", Value()));
  const auto rows = f.database.query("SELECT n, r, s, b, n = ?, sum(n) FROM t GROUP BY row, n, r, s, b ORDER BY row", INT64_MIN);
  REQUIRE(rows);
  const auto& full = rows->at(0);
  CHECK(full[0].integer() == INT64_MIN);
  CHECK(full[1].real() == 0.1);
  CHECK(full[2].text() == text);
  CHECK(full[3].text() == bytes);
  CHECK(full[4].integer() == 1);
  CHECK(full[5].integer() == INT64_MIN);
  for (const Value& value : rows->at(1)) CHECK(value.is_null());
}

TEST_CASE("a statement takes values of several types, and tells how many rows changed") {
  Fixture f;
  REQUIRE(f.database.define("CREATE TABLE t (n INTEGER NOT NULL)"));
  for (int i = 0; i < 3; ++i) REQUIRE(f.database.run("INSERT INTO t VALUES (?)", i));
  CHECK(*f.database.run("UPDATE t SET n = n + 1 WHERE n > ?", 0.5) == 2);
  CHECK(*f.database.run("UPDATE t SET n = n WHERE n > ?", 2) == 1);
  CHECK(*f.database.run("DELETE FROM t WHERE coalesce(?, n) = n", Value()) == 3);
  for (int i = 0; i < 300; ++i)  // more than are kept prepared
    CHECK(f.database.query("SELECT " + std::to_string(i) + " + ?", 1)->front()[0].integer() == i + 1);
}

TEST_CASE("text is ordered by its bytes") {
  Fixture f;
  REQUIRE(f.database.define("CREATE TABLE t (s TEXT NOT NULL)"));
  for (const char* s : {"b", "B", "a", "_", "é", "Z", "a b", "ab"}) REQUIRE(f.database.run("INSERT INTO t VALUES (?)", s));
  auto rows = f.database.query("SELECT s FROM t ORDER BY s");
  REQUIRE(rows);
  std::string order;
  for (const auto& row : *rows) order += row[0].text() + ",";
  CHECK(order == "B,Z,_,a,a b,ab,b,é,");
  CHECK(f.database.query("SELECT count(*) FROM t WHERE s > ?", "Z")->front()[0].integer() == 6);
}

TEST_CASE("what fails leaves nothing of its transaction, and the next one goes on") {
  Fixture f;
  REQUIRE(f.database.define("CREATE TABLE t (id TEXT PRIMARY KEY)"));
  {
    auto transaction = Transaction::begin(f.database);
    REQUIRE(transaction);
    REQUIRE(f.database.run("INSERT INTO t VALUES ('a')"));
    CHECK_FALSE(f.database.run("INSERT INTO nothing VALUES (1)"));
  }
  CHECK(f.count(f.database) == 0);
  {
    auto transaction = Transaction::begin(f.database);
    REQUIRE(transaction);
    REQUIRE(f.database.run("INSERT INTO t VALUES ('b')"));
    REQUIRE(transaction->commit());
  }
  CHECK(f.count(f.database) == 1);
  CHECK(*f.database.has_column("t", "id"));
  CHECK_FALSE(*f.database.has_column("t", "other"));
}

TEST_CASE("one writer at a time: what is read behind the lock is what the writer before left") {
  Fixture f;
  REQUIRE(f.database.define("CREATE TABLE t (n INTEGER NOT NULL); INSERT INTO t VALUES (0)"));
  std::atomic<int> failed = 0;
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i)
    threads.emplace_back([&] {
      auto mine = Database::open(f.address);
      for (int j = 0; j < 50; ++j) {
        auto transaction = Transaction::begin(*mine);
        auto before = mine->query("SELECT n FROM t");
        auto set = mine->run("UPDATE t SET n = ?", before->front()[0].integer() + 1);
        if (!transaction || !set || !transaction->commit()) ++failed;
      }
    });
  for (std::thread& thread : threads) thread.join();
  CHECK(failed == 0);
  CHECK(f.database.query("SELECT n FROM t")->front()[0].integer() == 200);
}

TEST_CASE("many may make the same schema at once") {
  Fixture f;
  std::atomic<int> failed = 0;
  std::vector<std::thread> threads;
  for (int i = 0; i < 6; ++i)
    threads.emplace_back([&] {
      auto mine = Database::open(f.address);
      if (!mine || !mine->define("CREATE TABLE IF NOT EXISTS t (id TEXT PRIMARY KEY); CREATE INDEX IF NOT EXISTS t_id ON t (id)")) ++failed;
    });
  for (std::thread& thread : threads) thread.join();
  CHECK(failed == 0);
}

TEST_CASE("a schema moves forward under a node that runs") {
  Fixture f;
  REQUIRE(f.database.define("CREATE TABLE t (n INTEGER NOT NULL); INSERT INTO t VALUES (1)"));
  REQUIRE(f.database.query("SELECT * FROM t WHERE n = ?", 1)->front().size() == 1);
  Database other = f.open();
  REQUIRE(other.define("ALTER TABLE t ADD COLUMN m INTEGER NOT NULL DEFAULT 7"));
  const auto rows = f.database.query("SELECT * FROM t WHERE n = ?", 1);
  if (!rows) FAIL(rows.error().message);
  CHECK(rows->front().at(1).integer() == 7);
}

TEST_CASE("a pool lends more than a server should give when somebody needs it to go on, and keeps only what it should") {
  Fixture f;
  service::DatabasePool pool(f.address);
  {
    std::vector<service::DatabasePool::Lease> held;
    for (int i = 0; i < 9; ++i) {
      auto lease = pool.borrow();
      REQUIRE(lease);
      CHECK((*lease)->query("SELECT 1"));
      held.push_back(std::move(*lease));
    }
  }
  auto lease = pool.borrow();
  REQUIRE(lease);
  if (!tests::has_server()) return;
  std::int64_t open = 0;
  do open = (*lease)->query("SELECT count(*) FROM pg_stat_activity WHERE application_name = 'segue'")->front()[0].integer();
  while (open > 9);  // of them one is the fixture's; the server takes a moment to see an end
  CHECK(open == 9);
}

TEST_CASE("a pool closes what nobody borrowed for its patience, but for the last one") {
  Fixture f;
  for (const auto& [patience, left] : {std::pair(std::chrono::hours(1), 3U), std::pair(std::chrono::hours(0), 1U)}) {
    service::DatabasePool pool(f.address, patience);
    {
      std::vector<service::DatabasePool::Lease> held;
      for (int i = 0; i < 3; ++i) {
        auto lease = pool.borrow();
        REQUIRE(lease);
        held.push_back(std::move(*lease));
      }
      CHECK(pool.idle() == 0);
    }
    CHECK(pool.idle() == left);
    CHECK(pool.borrow());
    CHECK(pool.idle() == left);
  }
}

TEST_CASE("a pool of a server's has an end: who finds none free for seconds hears so") {
  if (!tests::has_server()) return;
  Fixture f;
  service::DatabasePool pool(f.address);
  constexpr int kAskers = 20;
  std::atomic<int> held = 0, refused = 0;
  std::latch answered(kAskers);  // nobody gives back before all have had their answer
  std::vector<std::thread> threads;
  for (int i = 0; i < kAskers; ++i)
    threads.emplace_back([&] {
      const auto lease = pool.borrow();
      ++(lease ? held : refused);
      answered.arrive_and_wait();
    });
  for (std::thread& thread : threads) thread.join();
  CHECK(held == 12);
  CHECK(refused == 8);
  CHECK(pool.borrow());
}

TEST_CASE("what is wrong with an address is told without a part of it, which may be the password") {
  tests::Folder folder;
  for (const std::string said : {"secret", "mysql://u:secret@h/d", "postgresql://u:secret#@h/d", "postgresql://u:secret#x@h/d"}) {
    CAPTURE(said);
    const auto place = service::DatabasePlace::find(folder.path().string(), said);
    REQUIRE_FALSE(place);
    CHECK(place.error().message.find("secret") == std::string::npos);
    CHECK(place.error().message.find("x@h") == std::string::npos);
  }
  for (const std::string said : {"postgresql://u:%ZZsecret@h/d", "postgresql://u:a/secret@h/d", "postgresql://u:1/secret@h/d",
                                 "postgresql://u:p?secret@h/d", "postgresql://u:p@secret@127.0.0.1:1/d", "postgresql://u:a%00secret@h/d"}) {
    CAPTURE(said);
    const auto opened = Database::open(said + "#segue_test");
    REQUIRE_FALSE(opened);
    CHECK(opened.error().message.find("secret") == std::string::npos);
  }
}

TEST_CASE("a server that stops: errors while it is away, connected again afterwards, nothing committed lost") {
  if (!tests::has_server()) return;  // SQLite has none
  for (const std::string how : {"stop", "crash"}) {
    INFO(how);
    Fixture f;
    REQUIRE(f.database.define("CREATE TABLE t (n INTEGER NOT NULL)"));
    REQUIRE(f.database.run("INSERT INTO t VALUES (1)"));
    Database idle = f.open();
    CHECK(f.count(idle) == 1);
    {
      auto transaction = Transaction::begin(f.database);
      REQUIRE(transaction);
      REQUIRE(f.database.run("INSERT INTO t VALUES (2)"));
      server(how);
      CHECK_FALSE(f.database.run("INSERT INTO t VALUES (3)"));
      CHECK_FALSE(idle.query("SELECT 1"));
      CHECK_FALSE(Database::open(f.address));
      server("start");
      // Not as if nothing had happened: half of a transaction is none.
      const auto later = f.database.run("INSERT INTO t VALUES (4)");
      REQUIRE_FALSE(later);
      CHECK(later.error().message.find("lost inside a transaction") != std::string::npos);
      CHECK_FALSE(transaction->commit());
    }
    CHECK(f.count(f.database) == 1);
    CHECK(f.count(idle) == 1);
    REQUIRE(f.database.run("INSERT INTO t VALUES (5)"));
    CHECK(f.count(idle) == 2);
    // A restart between two statements is not noticed at all.
    server("stop");
    server("start");
    CHECK(f.count(idle) == 2);
  }
}

TEST_CASE("addresses and what a folder remembers") {
  tests::Folder folder;
  const std::string at = folder.path().string();
  ::unsetenv("SEGUE_DATABASE");
  const auto found = [&](const char* said, const char* name) {
    auto place = service::DatabasePlace::find(at, said);
    return place ? place->database(name) : place.error().message;
  };
  CHECK(found("", "library") == at + "/library.sqlite3");
  CHECK(found("postgresql://u@h/d", "library") == "postgresql://u@h/d#segue_library");
  CHECK(found("postgres://u@h/d?host=/x#mine", "accounts") == "postgres://u@h/d?host=/x#mine_accounts");
  CHECK(found("postgresql://u@h/d#Mine", "x") ==
        "database: expected a letter and a-z 0-9 _ behind #, at most 32 (a # inside a password is written %23)");
  CHECK(found("mysql://u:secret@h", "x") == "database: expected postgresql://… or sqlite");
  REQUIRE(service::DatabasePlace::find(at, "postgresql://u@h/d")->remember());
  CHECK(found("", "library") == "postgresql://u@h/d#segue_library");
  ::setenv("SEGUE_DATABASE", "postgresql://other/", 1);
  CHECK(found("", "library") == "postgresql://other/#segue_library");
  ::unsetenv("SEGUE_DATABASE");
  CHECK(found("sqlite", "library") == at + "/library.sqlite3");
  REQUIRE(service::DatabasePlace::find(at, "sqlite")->remember());
  CHECK(found("", "library") == at + "/library.sqlite3");
}
