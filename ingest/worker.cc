// SPDX-License-Identifier: Apache-2.0
#include "ingest/worker.h"

#include <chrono>

#include "ingest/crew.h"
#include "ingest/outbox.h"
#include "ingest/sweep.h"

namespace segue::ingest {
namespace {

using Clock = std::chrono::steady_clock;
using namespace std::chrono_literals;
constexpr auto kSweepEvery = 1min;

void log_result(const JobResult& result, const std::function<void(const std::string&)>& log) {
  for (const FileResult& file : result.files) {
    log(file.state == State::failed ? "failed " + file.error : std::string(name_of(file.state)) + ' ' + file.asset + ' ' + file.file);
  }
}

}  // namespace

Result<void> run_worker(const Layout& layout, int jobs, const std::atomic<bool>& stop, const std::function<void(const std::string&)>& log) {
  auto queue = Queue::open(layout);
  if (!queue) return std::move(queue).error();
  auto wake = Wake::watch(layout.wake());
  if (!wake) return std::move(wake).error();
  CrewPlan plan{layout, jobs, [](Queue& own, Company company) { return own.turn(company); }, {}, {}, {}, &stop};
  plan.on_end = [&](const Job& job, const Result<JobResult>& result) {
    if (result) return log_result(*result, log);
    if (!stop.load()) log(job.shown + ": " + result.error().message);
  };
  plan.on_trouble = [&](const Error& error) { log(error.message); };
  const OutboxSender sender(layout);
  const Crew crew(std::move(plan));
  Clock::time_point swept{};
  while (!stop.load()) {
    if (Clock::now() - swept >= kSweepEvery || swept == Clock::time_point{}) {
      if (auto done = sweep(*queue, layout); !done) log(done.error().message);
      swept = Clock::now();
    }
    wake->wait(1s);
  }
  return {};
}

}  // namespace segue::ingest
