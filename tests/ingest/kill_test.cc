// SPDX-License-Identifier: Apache-2.0
// kill -9 at any moment: nothing half published, nothing lost, nothing left over. And many at once on the same files.
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <filesystem>
#include <map>
#include <random>
#include <set>
#include <thread>

#include "ingest/lease_note.h"
#include "ingest/queue.h"
#include "tests/catch.h"
#include "tests/ingest/sandbox.h"

using namespace segue::ingest;
using namespace segue::ingest::tests;

namespace {

// An album of two and two single files.
std::string make_music(const Sandbox& sandbox) {
  for (int i = 1; i <= 4; ++i) {
    const std::string n = std::to_string(i);
    const std::string tags = i <= 2 ? " -metadata album=Pair -metadata artist=Us -metadata track=" + n : "";
    sandbox.make("-f lavfi -i anoisesrc=a=0.2:s=" + n + ":r=44100:d=2.5 -ac 2" + tags, "music/" + n + ".flac");
  }
  return sandbox.path("music");
}

// Asset → generation, of all events that wait to be sent.
std::map<std::string, std::set<int>> events(const Sandbox& sandbox) {
  auto queue = Queue::open(sandbox.layout());
  REQUIRE(queue);
  auto outbox = queue->outbox();
  REQUIRE(outbox);
  std::map<std::string, std::set<int>> found;
  for (const OutboxRow& row : *outbox) {
    const Json payload = Json::parse(row.payload);
    CHECK(found[payload["asset"]].insert(payload["generation"].get<int>()).second);  // none twice
  }
  return found;
}

void check_complete(const Sandbox& sandbox) {
  sandbox.check_store();
  sandbox.check_nothing_left();
  const auto told = events(sandbox);
  CHECK(sandbox.assets().size() == 5);  // four files and the album
  for (const std::string& id : sandbox.assets()) {
    INFO(id);
    REQUIRE(told.contains(id));
    CHECK(told.at(id).contains(sandbox.asset(id)["generation"].get<int>()));
  }
}

std::chrono::microseconds time_of(const std::function<void()>& work) {
  const auto start = std::chrono::steady_clock::now();
  work();
  return std::chrono::duration_cast<std::chrono::microseconds>(std::chrono::steady_clock::now() - start);
}

}  // namespace

TEST_CASE("killed at random moments, an uploader carries on when it is called again") {
  std::mt19937 random(2026);
  const Sandbox measure;
  const std::string whole = make_music(measure);
  const auto length = time_of([&] { REQUIRE(measure.ingest({whole}).exit_code == 0); });
  for (int round = 0; round < 4; ++round) {
    const Sandbox sandbox;
    const std::string music = make_music(sandbox);
    for (int kill = 0; kill < 6; ++kill) {
      const pid_t process = sandbox.start({"--json", music});
      const auto moment = std::uniform_int_distribution<std::int64_t>(0, length.count())(random);
      std::this_thread::sleep_for(std::chrono::microseconds(moment));  // the moment is what is tested
      sandbox.kill(process, SIGKILL);
      sandbox.wait(process);
      INFO("killed after " << moment << " us");
      sandbox.check_store();
    }
    const Output output = sandbox.ingest({music});
    INFO(output.out << output.err);
    CHECK(output.exit_code == 0);
    CHECK(output.lines().size() == 5);
    check_complete(sandbox);
  }
}

TEST_CASE("a killed worker's job is another worker's") {
  const Sandbox sandbox;
  const std::string music = make_music(sandbox);
  CHECK(sandbox.ingest({"--background", music}).exit_code == 0);
  auto queue = Queue::open(sandbox.layout());
  REQUIRE(queue);
  const pid_t first = sandbox.start({"--worker"});
  while (queue->last_sequence().value() == 0) ::usleep(1000);  // it is at work
  sandbox.kill(first, SIGKILL);
  sandbox.wait(first);
  const pid_t second = sandbox.start({"--worker"});
  while (queue->totals()->queued > 0) ::usleep(10000);
  sandbox.kill(second, SIGTERM);
  CHECK(sandbox.wait(second) == 0);
  check_complete(sandbox);
  const Json list = sandbox.ingest({"--list"}).lines().at(0);
  CHECK(list["queued"] == 0);
  CHECK(list["running"].empty());
  CHECK(list["published"] == 4);
  CHECK(list["failed"] == 0);
}

TEST_CASE("an interrupted uploader leaves nothing, a stopped worker its jobs") {
  const Sandbox sandbox;
  const std::string music = make_music(sandbox);
  auto made = sandbox.layout().make();
  REQUIRE(made);
  auto queue = Queue::open(sandbox.layout());
  REQUIRE(queue);
  const pid_t uploader = sandbox.start({"--json", music});
  while (std::filesystem::is_empty(sandbox.layout().leases())) ::usleep(1000);
  sandbox.kill(uploader, SIGINT);
  CHECK(sandbox.wait(uploader) == 1);
  CHECK(queue->totals()->queued == 0);
  sandbox.check_nothing_left();

  CHECK(sandbox.ingest({"--background", music}).exit_code == 0);
  const auto queued = queue->totals()->queued;
  const pid_t worker = sandbox.start({"--worker"});
  while (std::filesystem::is_empty(sandbox.layout().leases())) ::usleep(1000);
  sandbox.kill(worker, SIGTERM);
  CHECK(sandbox.wait(worker) == 0);
  CHECK(queue->totals()->queued >= queued - 2);
  sandbox.check_nothing_left();
}

TEST_CASE("two uploaders and a worker on the same files make each of them once") {
  const Sandbox sandbox;
  const std::string music = make_music(sandbox);
  std::filesystem::copy(music, sandbox.path("copy"), std::filesystem::copy_options::recursive);
  const pid_t worker = sandbox.start({"--worker"}), one = sandbox.start({"--json", music}),
              other = sandbox.start({"--json", sandbox.path("copy")});
  CHECK(sandbox.wait(one) == 0);
  CHECK(sandbox.wait(other) == 0);
  sandbox.kill(worker, SIGTERM);
  CHECK(sandbox.wait(worker) == 0);
  check_complete(sandbox);
  for (const std::string& id : sandbox.assets()) CHECK(sandbox.asset(id)["generation"] == 1);
}

TEST_CASE("a file that its processes die of takes none with it that was beside it") {
  const Sandbox sandbox;
  const auto song = [&](int seed, int seconds, const std::string& name) {
    return sandbox.make("-f lavfi -i anoisesrc=s=" + std::to_string(seed) + ":r=8000:d=" + std::to_string(seconds), name);
  };
  const std::string ladder = sandbox.write("ladder", "ladder l\naac 64k\n");
  const std::string evil = song(1, 1800, "evil.wav"), good = song(2, 1800, "good.wav");
  CHECK(sandbox.ingest({"--background", "--ladder", ladder, evil, good}).exit_code == 0);
  auto queue = Queue::open(sandbox.layout());
  REQUIRE(queue);
  const auto at_work = [&] {
    std::set<std::string> names;
    for (const LeaseNote& note : running_jobs(sandbox.layout())) names.insert(note.file.substr(note.file.rfind('/') + 1));
    return names;
  };
  // Both are at work when the first process dies, then evil alone, until it is given up.
  for (const std::set<std::string>& wanted :
       std::vector<std::set<std::string>>{{"evil.wav", "good.wav"}, {"evil.wav"}, {"evil.wav"}, {"evil.wav"}}) {
    const pid_t worker = sandbox.start({"--worker", "--jobs", "2"});
    while (at_work() != wanted) ::usleep(1000);
    sandbox.kill(worker, SIGKILL);
    sandbox.wait(worker);
  }
  song(2, 1, "good.wav");  // short enough to wait for
  const pid_t worker = sandbox.start({"--worker", "--jobs", "2"});
  while (queue->totals()->queued > 0) ::usleep(10000);
  sandbox.kill(worker, SIGTERM);
  CHECK(sandbox.wait(worker) == 0);
  CHECK(queue->totals()->published == 1);
  REQUIRE(queue->totals()->errors.size() == 1);
  CHECK(queue->totals()->errors[0].error.find("evil.wav: given up, 3 processes ended") != std::string::npos);
  sandbox.check_nothing_left();
}
