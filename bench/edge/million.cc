// SPDX-License-Identifier: Apache-2.0
#include "bench/edge/million.h"

#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <functional>
#include <random>
#include <stdexcept>
#include <vector>

#include "edge-cache/store/shared.h"

namespace segue::bench {
namespace {

using namespace segue::edge;
using Clock = std::chrono::steady_clock;

constexpr std::uint32_t kObjects = 1000000;
constexpr std::uint64_t kBytes = std::uint64_t{400} << 30;

double ms_since(Clock::time_point start) { return std::chrono::duration<double, std::milli>(Clock::now() - start).count(); }

std::unique_ptr<Shared> open(const std::string& folder) {
  std::string error;
  auto shared = Shared::open(folder, {kObjects, kBytes}, error);
  if (shared == nullptr) throw std::runtime_error(error);
  return shared;
}

Key key_of(Shared& shared, std::uint64_t number) { return hash(shared.index().secret(), "/v/asset/" + std::to_string(number)); }

void insert(Shared& shared, std::uint64_t number) {
  Entry entry{};
  entry.key = key_of(shared, number);
  entry.kind = Kind::object;
  entry.body_bytes = 62000;
  entry.disk_bytes = 65536;
  entry.head_units = 4;
  std::array<std::uint64_t, 256> evicted;
  std::size_t count = 0;
  const Locked locked(shared);
  entry.id = shared.index().new_id();
  (void)shared.index().insert(entry, evicted, count);
}

// As a hit does it.
void look_up(Shared& shared, std::uint64_t number) {
  const Key key = key_of(shared, number);
  const Locked locked(shared);
  if (Entry* entry = shared.index().find(key)) shared.index().use(*entry);
}

// How often this thread had to wait for something (a page, the disk, a lock). Being preempted, which on a busy machine takes tens of
// milliseconds, is another figure.
long waits() {
  rusage usage{};
  ::getrusage(RUSAGE_THREAD, &usage);
  return usage.ru_nvcsw;
}

void report(const char* what, std::uint64_t count, const std::function<void(std::uint64_t)>& act) {
  std::vector<double> times;
  times.reserve(count);
  long stalls = 0;
  const auto start = Clock::now();
  for (std::uint64_t i = 0; i < count; ++i) {
    const long before = waits();
    const auto begin = Clock::now();
    act(i);
    times.push_back(ms_since(begin));
    stalls += times.back() > 10 && waits() != before;
  }
  const double all = ms_since(start);
  std::sort(times.begin(), times.end());
  std::printf("%-34s %6.2f us on average, 99.99 %% below %.3f ms, worst %.3f ms; %ld beyond 10 ms in which it waited for something\n", what,
              all * 1000 / static_cast<double>(count), times[count - count / 10000], times.back(), stalls);
  std::fflush(stdout);
}

}  // namespace

void measure_million(const std::string& folder) {
  std::printf("%.1f bytes an object\n", static_cast<double>(Index::bytes_for(kObjects)) / kObjects);
  std::mt19937_64 random(1);
  {
    const auto shared = open(folder);
    report("an object stored", kObjects, [&](std::uint64_t i) { insert(*shared, i); });
    report("a hit", kObjects, [&](std::uint64_t) { look_up(*shared, random() % kObjects); });
    report("a miss", kObjects, [&](std::uint64_t i) { look_up(*shared, kObjects + i); });
    report("an object stored, one makes room", kObjects, [&](std::uint64_t i) { insert(*shared, kObjects + i); });
    shared->set_clean();
  }
  auto start = Clock::now();
  {
    const auto shared = open(folder);
    std::printf("start with %u objects: %.1f ms\n", shared->index().count(), ms_since(start));
  }
  const auto shared = open(folder);
  double worst = 0;
  for (int kill = 0; kill < 50; ++kill) {
    const pid_t worker = ::fork();
    for (std::uint64_t i = 0; worker == 0; ++i) insert(*shared, i * 7919);
    ::usleep(2000 + static_cast<useconds_t>(random() % 3000));
    ::kill(worker, SIGKILL);
    ::waitpid(worker, nullptr, 0);
    start = Clock::now();
    look_up(*shared, 1);
    worst = std::max(worst, ms_since(start));
  }
  std::printf("the lock after its holder was killed in the middle of a change, of 50 times: at most %.3f ms\n", worst);
  shared->set_clean();
}

}  // namespace segue::bench
