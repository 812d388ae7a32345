// SPDX-License-Identifier: Apache-2.0
// The queue's states, as seen by two connections at once.
#include "ingest/queue.h"

#include <cstdlib>
#include <filesystem>

#include "tests/catch.h"

using namespace segue;
using namespace segue::ingest;

namespace {

struct TestHome {
  TestHome() {
    std::string path = (std::filesystem::temp_directory_path() / "segue-ingest-XXXXXX").string();
    REQUIRE(::mkdtemp(path.data()) != nullptr);
    home.root = path;
  }
  ~TestHome() { std::filesystem::remove_all(home.root); }
  Queue open() const {
    const Layout layout(home);
    REQUIRE(layout.make());
    auto queue = Queue::open(layout);
    REQUIRE(queue);
    return std::move(*queue);
  }
  service::Home home;
};

NewJob file(const std::string& path) { return {JobKind::file, path, {{path, path}}, ""}; }

JobResult published(const std::string& name, std::uint32_t generation) {
  JobResult result;
  result.files.push_back({name, State::published, "aaaaaaaaaaaaaaaaaaaaaaaaaa", generation, 1.5, ""});
  result.pieces.push_back({"aaaaaaaaaaaaaaaaaaaaaaaaaa", generation, "track"});
  return result;
}

}  // namespace

TEST_CASE("a job is taken by one, in order, and survives its holder") {
  const TestHome home;
  Queue one = home.open(), other = home.open();
  const auto first = one.add(file("/a\n\xFF.flac")), second = one.add(file("/b.flac"));
  REQUIRE(first);
  REQUIRE(second);
  auto mine = one.take(), theirs = other.take();
  REQUIRE(mine);
  REQUIRE(*mine);
  REQUIRE(theirs);
  REQUIRE(*theirs);
  CHECK((*mine)->job.id == *first);
  CHECK((*mine)->job.inputs.at(0).path == "/a\n\xFF.flac");
  CHECK((*theirs)->job.id == *second);
  CHECK_FALSE(*other.take());
  CHECK_FALSE(*other.take(*first));
  mine = Error{"its holder died"};  // the lease is freed
  auto again = other.take();
  REQUIRE(again);
  REQUIRE(*again);
  CHECK((*again)->job.id == *first);
}

TEST_CASE("the same job is queued once, and anew after it is done") {
  const TestHome home;
  Queue queue = home.open();
  const auto id = queue.add(file("/a.flac"));
  CHECK(*queue.add(file("/a.flac")) == *id);
  NewJob other = file("/a.flac");
  other.ladder = "ladder x\naac 64k\n";
  CHECK(*queue.add(other) != *id);
  auto taken = queue.take(*id);
  REQUIRE(queue.finish((*taken)->job, published("/a.flac", 1)));
  CHECK(*queue.add(file("/a.flac")) != *id);
}

TEST_CASE("a queue of before jobs named a library is taken over, and a job for another library is another job") {
  const TestHome home;
  const Layout layout(home.home);
  REQUIRE(layout.make());
  {
    auto old = service::Database::open(layout.database());
    REQUIRE(old);
    REQUIRE(old->script(
        "CREATE TABLE jobs(id INTEGER PRIMARY KEY AUTOINCREMENT, token TEXT NOT NULL UNIQUE, identity TEXT NOT NULL, kind TEXT NOT NULL, "
        "shown BLOB NOT NULL, ladder TEXT NOT NULL, attempts INTEGER NOT NULL DEFAULT 0, added INTEGER NOT NULL, finished INTEGER, "
        "sequence INTEGER, result TEXT);"
        "INSERT INTO jobs(token, identity, kind, shown, ladder, added) VALUES('t', 'i', 'file', 'old', '', 1)"));
  }
  Queue queue = home.open();
  auto old = queue.take();
  REQUIRE(*old);
  CHECK((*old)->job.library.empty());
  NewJob kids = file("/a.flac");
  kids.library = "Kids";
  const auto plain = queue.add(file("/a.flac")), sorted = queue.add(kids);
  CHECK(*plain != *sorted);
  CHECK(*queue.add(kids) == *sorted);
  auto taken = queue.take(*sorted);
  REQUIRE(*taken);
  CHECK((*taken)->job.library == "Kids");
}

TEST_CASE("a result brings its event once for each generation") {
  const TestHome home;
  Queue queue = home.open();
  for (const std::uint32_t generation : {1u, 1u, 2u}) {
    REQUIRE(queue.add(file("/a.flac")));
    auto taken = queue.take();
    REQUIRE(*taken);
    REQUIRE(queue.finish((*taken)->job, published("/a.flac", generation)));
    REQUIRE(queue.finish((*taken)->job, published("/a.flac", generation)));  // told twice, counted once
  }
  const auto outbox = queue.outbox();
  REQUIRE(outbox);
  REQUIRE(outbox->size() == 2);
  CHECK(outbox->at(0).event == "aaaaaaaaaaaaaaaaaaaaaaaaaa/g1");
  CHECK(outbox->at(0).payload == R"({"asset":"aaaaaaaaaaaaaaaaaaaaaaaaaa","generation":1,"kind":"track","folder":")" + home.home.root +
                                     R"(/store/aaaaaaaaaaaaaaaaaaaaaaaaaa/g1"})");
  REQUIRE(queue.sent(outbox->at(0).id));
  CHECK(queue.outbox()->size() == 1);
  const auto totals = queue.totals();
  REQUIRE(totals);
  CHECK(totals->published == 3);
  CHECK(totals->queued == 0);
}

TEST_CASE("a job whose process died is worked on alone, and given up for its own deaths only") {
  const TestHome home;
  Queue queue = home.open();
  const auto evil = queue.add(file("/evil.mkv")), good = queue.add(file("/good.flac"));
  {
    const auto first = queue.turn(Company::none), second = queue.turn(Company::others);
    CHECK(first->taken->job.id == *evil);
    CHECK(second->taken->job.id == *good);
    CHECK_FALSE(second->taken->suspected);
  }  // both leases are freed: the process died
  for (int death = 0; death < kMostDeaths; ++death) {
    CHECK(queue.turn(Company::others)->waits);
    const auto alone = queue.turn(Company::none);
    REQUIRE(alone->taken);
    CHECK(alone->taken->job.id == *evil);
    CHECK(alone->taken->suspected);
  }
  const auto next = queue.turn(Company::none);
  REQUIRE(next->taken);
  CHECK(next->taken->job.id == *good);
  REQUIRE(queue.finish(next->taken->job, published("/good.flac", 1)));
  const auto finished = queue.finished_after(0);
  REQUIRE(finished);
  REQUIRE(finished->size() == 2);
  CHECK(finished->at(0).result.files.at(0).state == State::failed);
  CHECK(finished->at(0).result.files.at(0).error == "/evil.mkv: given up, 3 processes ended while they worked on nothing else");
  CHECK(finished->at(1).result.files.at(0).state == State::published);
}

TEST_CASE("a job that was put back is not suspected, one that is asked for again still is") {
  const TestHome home;
  Queue queue = home.open();
  const auto id = queue.add(file("/a.flac"));
  {
    const auto taken = queue.take();
    REQUIRE(*taken);
    REQUIRE(queue.put_back((*taken)->job));
  }
  CHECK_FALSE(queue.turn(Company::others)->taken->suspected);
  CHECK(*queue.add(file("/a.flac")) == *id);
  CHECK(queue.turn(Company::others)->waits);
  for (int i = 0; i < 2 * kMostDeaths; ++i) {
    CHECK(queue.turn(Company::none)->taken->suspected);
    REQUIRE(queue.add(file("/a.flac")));
  }
}

TEST_CASE("a result that cannot be read is told as a failure of each file, not as nothing") {
  const TestHome home;
  Queue queue = home.open();
  NewJob album = file("/one.flac");
  album.kind = JobKind::album;
  album.inputs.push_back({"/two.flac", "/t\xFFwo.flac"});
  const auto damaged = queue.add(album), whole = queue.add(file("/c.flac"));
  for (int i = 0; i < 2; ++i) {
    auto taken = queue.take();
    REQUIRE(*taken);
    REQUIRE(queue.finish((*taken)->job, published("x", 1)));
  }
  auto database = service::Database::open(Layout(home.home).database());
  REQUIRE(database);
  for (const char* result : {"nonsense", "{\"files\":[]}", ""}) {
    REQUIRE(database->run("UPDATE jobs SET result = ? WHERE id = ?", std::string(result), *damaged));
    const auto finished = queue.finished_after(0);
    REQUIRE(finished);
    REQUIRE(finished->size() == 2);
    const JobResult& told = (*finished)[0].result;
    REQUIRE(told.files.size() == 2);
    CHECK(told.files[0].file == "/one.flac");
    CHECK(told.files[1].file == "/t\xFFwo.flac");
    for (const FileResult& one : told.files) CHECK(one.state == State::failed);
    CHECK(told.files[0].error == "/one.flac: it was worked on, but what is recorded of it cannot be read (" + Layout(home.home).database() +
                                     ", job " + std::to_string(*damaged) + "); name it again");
    CHECK((*finished)[1].id == *whole);
    CHECK((*finished)[1].result.files.at(0).state == State::published);
  }
}

TEST_CASE("a result reads back as it was written") {
  JobResult result = published("a\n\xFF \xF0\x9F\x8E\xB5", 3);
  result.album = {"bbbbbbbbbbbbbbbbbbbbbbbbbb", 2, {"aaaaaaaaaaaaaaaaaaaaaaaaaa"}};
  result.note = "why";
  const auto back = read_result(write_result(result));
  REQUIRE(back);
  CHECK(back->files.at(0).file == result.files[0].file);
  CHECK(back->files.at(0).seconds == 1.5);
  CHECK(back->pieces.at(0).generation == 3);
  CHECK(back->album->tracks == result.album->tracks);
  CHECK(back->note == "why");
  CHECK_FALSE(read_result("{\"files\":[]}"));
  CHECK_FALSE(read_result("nonsense"));
}
