// SPDX-License-Identifier: Apache-2.0
#include "ingest/crew.h"

#include <sys/resource.h>

#include <chrono>
#include <mutex>

#include "ingest/lease_note.h"
#include "ingest/slots.h"

namespace segue::ingest {
namespace {

using Clock = std::chrono::steady_clock;
using namespace std::chrono_literals;

constexpr auto kLookAround = 1s;  // for jobs whose worker died, which nobody announces
constexpr auto kNoteEvery = 500ms;

// The job in the first slot has the cores first, the others fill what it leaves: the first of many files plays soonest, and
// all of them are done as early. The threads that a job starts inherit it.
void be_nice(int slot) {
  constexpr int kFiller = 10;
  if (slot > 0) static_cast<void>(::setpriority(PRIO_PROCESS, 0, kFiller));  // on Linux: of this thread
}

// Keeps the lease's note fresh.
class Notes {
 public:
  Notes(Taken& taken, const CrewPlan& plan) : taken_(taken), plan_(plan) { write(0, 0); }

  void progress(double done, double total) {
    if (plan_.on_progress) plan_.on_progress(taken_.job, done, total);
    const std::lock_guard lock(mutex_);
    if (Clock::now() - written_ >= kNoteEvery) write(done, total);
  }

 private:
  void write(double done, double total) {
    written_ = Clock::now();
    const double elapsed = std::chrono::duration<double>(written_ - start_).count();
    const LeaseNote note{taken_.job.id, taken_.job.shown, done, total, elapsed > 0 ? done / elapsed : 0};
    static_cast<void>(taken_.lease.write(write_note(note)));  // for spectators only
  }

  Taken& taken_;
  const CrewPlan& plan_;
  const Clock::time_point start_ = Clock::now();
  std::mutex mutex_;
  Clock::time_point written_;
};

}  // namespace

Crew::Crew(CrewPlan plan) : plan_(std::move(plan)) {
  for (int i = 0; i < plan_.jobs; ++i) threads_.emplace_back(&Crew::work, this);
}

Crew::~Crew() {
  stopping_ = true;
  Wake::touch(plan_.layout.wake());
  for (std::thread& thread : threads_) thread.join();
}

void Crew::work() {
  auto queue = Queue::open(plan_.layout);
  if (!queue) return plan_.on_trouble(queue.error());
  auto wake = Wake::watch(plan_.layout.wake());
  if (!wake) return plan_.on_trouble(wake.error());
  while (!stopping()) {
    if (!work_once(*queue)) wake->wait(kLookAround);
  }
}

// Whether there was a job and a slot for it. Each job has a thread of its own, for a thread that was made nice stays so.
bool Crew::work_once(Queue& queue) {
  auto slot = try_slot(plan_.layout.slots(), plan_.jobs);
  if (!slot) return plan_.on_trouble(slot.error()), false;
  if (!*slot) return false;
  auto taken = take(queue);
  if (!taken) return plan_.on_trouble(taken.error()), false;
  if (!*taken) return false;
  std::thread job([&] {
    be_nice((*slot)->number);
    run(queue, **taken);
  });
  job.join();
  done(**taken);
  return true;
}

// A job that is suspected waits for the others of this process, and they wait for it.
Result<std::optional<Taken>> Crew::take(Queue& queue) {
  const std::lock_guard lock(mutex_);
  if (alone_) return std::optional<Taken>();
  auto turn = plan_.next(queue, at_work_ == 0 ? Company::none : Company::others);
  if (!turn) return std::move(turn).error();
  if (turn->taken) {
    ++at_work_;
    alone_ = turn->taken->suspected;
  }
  return std::move(turn->taken);
}

void Crew::done(const Taken& taken) {
  {
    const std::lock_guard lock(mutex_);
    --at_work_;
    if (taken.suspected) alone_ = false;
  }
  Wake::touch(plan_.layout.wake());  // those that wait
}

void Crew::run(Queue& queue, Taken& taken) {
  Notes notes(taken, plan_);
  Workplace place{plan_.layout, [&](double done, double total) { notes.progress(done, total); }, plan_.cancelled, false};
  const auto result = run_job(queue, taken, place);
  if (plan_.on_end) plan_.on_end(taken.job, result);
}

}  // namespace segue::ingest
