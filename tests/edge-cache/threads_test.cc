// SPDX-License-Identifier: Apache-2.0
// Workers are processes in an edge, threads here, so that the thread sanitizer sees what they share: one index, one log of purges, one
// table of fetches, and files.
#include <stdlib.h>
#include <unistd.h>

#include <filesystem>
#include <functional>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "edge-cache/store/leftovers.h"
#include "edge-cache/visit.h"
#include "tests/catch.h"

namespace fs = std::filesystem;
using namespace segue::edge;

namespace {

constexpr int kWorkers = 4, kRounds = 500;
constexpr std::uint64_t kLeft = 600;
constexpr std::int64_t kNow = 1000;
constexpr std::string_view kHead = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nCache-Control: max-age=60\r\nSurrogate-Key: t\r\n\r\n";

struct Folder {
  Folder() { path = ::mkdtemp(name); }
  ~Folder() { fs::remove_all(path); }
  char name[40] = "/tmp/segue-edge-threads-XXXXXX";
  std::string path;
};

// What may wait for the disk, by a thread; meanwhile more arrives.
FetchJob::Next work(
    FetchJob& job, const std::function<void()>& meanwhile = [] {}) {
  if (!job.start_work()) return FetchJob::Next::body;
  std::thread thread([&] { job.work(); });
  meanwhile();
  thread.join();
  return job.worked();
}

void carry_out(FetchJob& job) {
  (void)job.upstream_request("", kNow);
  std::size_t consumed = 0;
  if (job.read_head(kHead, consumed) != HeadState::complete || job.accept(kNow) != FetchJob::Next::body) return;
  FetchJob::Next next = work(job, [&] {
    (void)job.body("hel");
    (void)job.body("lo");
  });
  while (next == FetchJob::Next::body && job.has_work()) next = work(job);
}

void open(Visit& visit) {
  std::thread([&] { visit.open(); }).join();
}

// What one worker's clients do. Returns how many were answered, or sent to the origin by themselves.
int play(Shared& shared, const Policy& policy, int number) {
  EdgeWorker worker(shared, 8, number + 1);
  std::mt19937 chance(static_cast<unsigned>(number));
  int answered = 0;
  for (int round = 0; round < kRounds; ++round) {
    const std::string target = "/" + std::to_string(chance() % 40);
    Visit visit(worker, policy, {.method = "GET", .host = "h", .target = target, .fields = {}});
    Step step = Step::wait;
    while (step == Step::wait || step == Step::open) {
      if (step == Step::open) open(visit);
      step = visit.step(kNow);
      if (const auto job = visit.take_fetch()) carry_out(*job);  // also later: who joined one of before a purge
    }
    answered += step == Step::answer || step == Step::pass;
    if (round % 10 == 0) (void)worker.purge_url("h" + target, round % 20 == 0 ? Hardness::hard : Hardness::soft);
    if (round % 50 == 0) {
      const Locked locked(shared);
      shared.purges().purge_tag(tag_hash("t"), Hardness::soft);
    }
    if (round % 25 == 0) worker.close_gone();
  }
  return answered;
}

}  // namespace

TEST_CASE("workers in turn and at once: every client is answered, the index stays whole") {
  const Folder folder;
  std::string error;
  const auto shared = Shared::open(folder.path + "/cache", {30, 1 << 20}, error);
  INFO(error);
  REQUIRE(shared != nullptr);
  // Of an index before this one.
  for (std::uint64_t id = 1; id <= kLeft; ++id) {
    ::close(shared->files().create(id));
    REQUIRE(shared->files().publish(id));
  }
  const Leftovers leftovers(*shared);
  const Policy policy;
  std::vector<int> answered(kWorkers);
  std::vector<std::thread> workers;
  for (int i = 0; i < kWorkers; ++i) workers.emplace_back([&, i] { answered[static_cast<std::size_t>(i)] = play(*shared, policy, i); });
  for (std::thread& worker : workers) worker.join();
  CHECK(answered == std::vector<int>(kWorkers, kRounds));
  CHECK(shared->index().count() <= 30);
  EdgeWorker late(*shared, 8, 99);
  Visit visit(late, policy, {.method = "GET", .host = "h", .target = "/new", .fields = {}});
  CHECK(visit.step(kNow) == Step::wait);
  for (std::uint64_t id = 1; id <= kLeft; ++id) {
    while (fs::exists(folder.path + "/cache/" + ObjectFiles::name_of(id))) std::this_thread::yield();
  }
}
