// SPDX-License-Identifier: Apache-2.0
// Run under the thread sanitizer as well (scripts/test.sh).
#include "transcoder/strand.h"

#include <sched.h>

#include <algorithm>
#include <future>
#include <optional>

#include "tests/catch.h"
#include "transcoder/chunks.h"

using namespace segue;
using namespace segue::transcoder;

namespace {

// So many strands that each add what comes to a list of their own.
struct Listeners {
  Listeners(RunState& state, std::size_t count, std::size_t capacity) : heard(count) {
    for (std::size_t i = 0; i < count; ++i) strands.push_back(std::make_unique<Strand>(state, capacity));
  }
  bool tell(int number) {
    for (std::size_t i = 0; i < strands.size(); ++i) {
      const bool posted = strands[i]->post([this, i, number] {
        heard[i].push_back(number);
        return Result<void>();
      });
      if (!posted) return false;
    }
    return true;
  }
  void join() {
    for (const auto& strand : strands) strand->join();
  }
  std::vector<std::vector<int>> heard;
  std::vector<std::unique_ptr<Strand>> strands;
};

int cores_of_this_thread() {
  cpu_set_t set;
  return sched_getaffinity(0, sizeof set, &set) == 0 ? CPU_COUNT(&set) : 0;
}

}  // namespace

TEST_CASE("a queue takes as many as it may hold, gives them in order, and nothing after an abort") {
  BoundedQueue<int> queue(2);
  int one = 1, two = 2, three = 3;
  CHECK(queue.try_push(one));
  CHECK(queue.try_push(two));
  CHECK_FALSE(queue.try_push(three));
  CHECK(queue.fullness() == 1);
  CHECK(queue.pop() == 1);
  CHECK(queue.push(3));
  queue.close();
  CHECK(queue.pop() == 2);
  CHECK(queue.pop() == 3);
  CHECK_FALSE(queue.pop());
  queue.abort();
  CHECK_FALSE(queue.push(4));
}

TEST_CASE("a queue says whether a taker has something to do, and whether anything can still come") {
  BoundedQueue<int> queue(2);
  CHECK_FALSE(queue.stirred());
  CHECK_FALSE(queue.try_pop());
  CHECK(queue.push(1));
  CHECK(queue.stirred());
  queue.close();
  CHECK_FALSE(queue.ended());
  CHECK(queue.try_pop() == 1);
  CHECK(queue.stirred());
  CHECK(queue.ended());
  BoundedQueue<int> dropped(2);
  CHECK(dropped.push(1));
  dropped.abort();
  CHECK_FALSE(dropped.try_pop());
  CHECK(dropped.ended());
}

TEST_CASE("a net of strands on any number of cores does everything in order") {
  for (const int cores : {1, 2, 8}) {
    INFO(cores << " cores");
    RunState state(nullptr, cores);
    Listeners listeners(state, 5, 1);
    Strand teller(state, 2);
    for (int number = 0; number < 500; ++number) {
      REQUIRE(teller.post([&, number] { return listeners.tell(number) ? Result<void>() : Error{"stopped"}; }));
    }
    CHECK(teller.drain());
    teller.join();
    listeners.join();
    CHECK_FALSE(state.error());
    for (const auto& heard : listeners.heard) {
      CHECK(heard.size() == 500);
      CHECK(std::is_sorted(heard.begin(), heard.end()));
    }
  }
}

TEST_CASE("no more strands compute at once than there are cores") {
  RunState state(nullptr, 2);
  std::atomic<int> inside{0}, most{0};
  std::vector<std::unique_ptr<Strand>> strands;
  for (int i = 0; i < 6; ++i) strands.push_back(std::make_unique<Strand>(state, 8));
  for (int round = 0; round < 200; ++round) {
    for (const auto& strand : strands) {
      REQUIRE(strand->post([&] {
        const int now = ++inside;
        for (int seen = most; seen < now && !most.compare_exchange_weak(seen, now);) {
        }
        std::this_thread::sleep_for(std::chrono::microseconds(200));  // so long that others would come in if they could
        --inside;
        return Result<void>();
      }));
    }
  }
  for (const auto& strand : strands) strand->join();
  CHECK(most <= 2);
}

TEST_CASE("strands are bound to cores where they outnumber them, but not beside another run") {
  const int cores = cores_of_this_thread();
  for (const bool alone : {true, false}) {
    INFO((alone ? "alone" : "two runs") << " on " << cores << " cores");
    RunState state(nullptr, cores);
    std::optional<RunState> other;
    if (!alone) other.emplace(nullptr, cores);
    std::vector<std::unique_ptr<Strand>> strands;
    for (int i = 0; i < cores + 2; ++i) strands.push_back(std::make_unique<Strand>(state, 8));
    std::atomic<int> tasks{0}, as_expected{0};
    for (int round = 0; round < 50; ++round) {
      for (const auto& strand : strands) {
        REQUIRE(strand->post([&] {
          ++tasks;
          as_expected += cores_of_this_thread() == (alone ? 1 : cores) ? 1 : 0;
          return Result<void>();
        }));
      }
    }
    for (const auto& strand : strands) strand->join();
    CHECK(tasks == 50 * (cores + 2));
    CHECK(as_expected == tasks);
  }
}

TEST_CASE("the first error ends the run: everybody stops, and it is the one that is told") {
  RunState state(nullptr, 2);
  Listeners listeners(state, 3, 2);
  Strand teller(state, 2);
  std::atomic<int> told{0};
  bool posted = true;
  for (int number = 0; posted; ++number) {  // ends only when the strands refuse
    posted = teller.post([&, number]() -> Result<void> {
      if (number == 50) return Error{"the fiftieth"};
      ++told;
      return listeners.tell(number) ? Result<void>() : Error{"stopped"};
    });
  }
  CHECK_FALSE(teller.drain());
  teller.join();
  listeners.join();
  CHECK(told == 50);
  REQUIRE(state.error());
  CHECK(state.error()->message == "the fiftieth");
}

TEST_CASE("chunks that end in any order leave in theirs") {
  std::vector<std::int64_t> left;
  ChunkJoin join([&](const EncodedPicture& picture) {
    left.push_back(picture.number);
    return Result<void>();
  });
  constexpr std::int64_t kChunks = 12, kPictures = 50;
  std::atomic<std::int64_t> next{0};
  std::vector<std::thread> encoders;
  std::atomic<bool> well{true};
  for (int i = 0; i < 4; ++i) {
    encoders.emplace_back([&] {
      for (std::int64_t chunk = next++; chunk < kChunks; chunk = next++) {
        for (std::int64_t n = 0; n < kPictures; ++n) well = well && join.add(chunk, {chunk * kPictures + n, n == 0, {}});
        well = well && join.end(chunk);
      }
    });
  }
  for (std::thread& encoder : encoders) encoder.join();
  CHECK(well);
  REQUIRE(left.size() == kChunks * kPictures);
  CHECK(std::is_sorted(left.begin(), left.end()));
}
