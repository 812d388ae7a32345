// SPDX-License-Identifier: Apache-2.0
// When a worker looks for events instead of sleeping: only while requests come quickly, never for long, never past a timer.
#include "tests/catch.h"
#include "tests/edge-cache/spin/events.h"

namespace {

constexpr unsigned long kTimer = 5000;  // ms
constexpr int kTries = 100000;          // a machine with other work makes some waits long

// Requests that come at once, until the worker is so busy that it looks for the next one.
bool becomes_busy() {
  events_set(EVENTS_REQUEST, EVENTS_REQUEST);
  for (int i = 0; i < kTries; ++i) {
    (void)events_take();
    if (events_process(kTimer) == 0 && events_take().looks > 0) return true;
  }
  return false;
}

// A turn of the loop after which it sleeps at once, without a look.
bool becomes_quiet() {
  for (int i = 0; i < kTries; ++i) {
    (void)events_take();
    (void)events_process(kTimer);
    const events_seen turn = events_take();
    if (turn.looks == 0 && turn.sleeps == 1) {
      (void)events_process(kTimer);
      const events_seen next = events_take();
      if (next.looks == 0 && next.sleeps == 1) return true;
    }
  }
  return false;
}

}  // namespace

TEST_CASE("a worker spins while it pays, and no longer") {
  // 0 turns it off: nginx's own function stays where it is.
  events_start(0);
  CHECK_FALSE(events_are_watched());
  CHECK(events_process(kTimer) == 0);
  CHECK(events_take().sleeps == 1);

  events_start(1000);
  REQUIRE(events_are_watched());

  // Who was asked nothing yet sleeps at once, as long as the next timer lets it.
  events_set(EVENTS_NOTHING, EVENTS_NOTHING);
  for (int i = 0; i < 100; ++i) {
    (void)events_process(kTimer);
    const events_seen turn = events_take();
    CHECK(turn.looks == 0);
    CHECK(turn.sleeps == 1);
    CHECK(turn.timer == kTimer);
  }

  // Busy: it looks, and a look that finds a request ends the turn without a sleep.
  REQUIRE(becomes_busy());
  events_set(EVENTS_REQUEST, EVENTS_REQUEST);
  (void)events_take();
  (void)events_process(kTimer);
  CHECK(events_take().sleeps == 0);

  // What is there already, or due now, is not waited for.
  (void)events_process(0);
  const events_seen due = events_take();
  CHECK(due.looks == 1);
  CHECK(due.sleeps == 0);

  // In vain: the turn ends, so that nginx carries out timers and what was posted; the next one sleeps until the next timer.
  REQUIRE(becomes_busy());
  events_set(EVENTS_OTHER, EVENTS_OTHER);
  (void)events_take();
  (void)events_process(kTimer);
  const events_seen vain = events_take();
  CHECK(vain.looks > 0);
  CHECK(vain.sleeps == 0);
  (void)events_process(7);
  const events_seen slept = events_take();
  CHECK(slept.looks == 0);
  CHECK(slept.sleeps == 1);
  CHECK(slept.timer == 7);

  // And who is asked nothing any more soon sleeps each time: an idle edge burns nothing.
  REQUIRE(becomes_busy());
  events_set(EVENTS_OTHER, EVENTS_OTHER);
  REQUIRE(becomes_quiet());
  for (int i = 0; i < 1000; ++i) (void)events_process(kTimer);
  const events_seen idle = events_take();
  CHECK(idle.looks == 0);
  CHECK(idle.sleeps == 1000);

  // A worker is watched once, however often it is told.
  events_start(1000);
  (void)events_process(kTimer);
  CHECK(events_take().sleeps == 1);
}
