// SPDX-License-Identifier: Apache-2.0
// A supervisor's decisions as a script: what happens when, what is done about it.
#include "platform/watch.h"

#include "tests/catch.h"

using namespace segue::platform;
using namespace std::chrono_literals;

namespace {

const Time kZero{};

Action start(const std::string& name) { return {Deed::start, name}; }
Action terminate(const std::string& name) { return {Deed::terminate, name}; }
Action kill(const std::string& name) { return {Deed::kill, name}; }

Watch three() { return Watch({{.name = "redis"}, {.name = "origin"}, {.name = "worker", .has_check = false}}); }

Watch three_healthy() {
  Watch watch = three();
  (void)watch.begin(kZero);
  (void)watch.checked("redis", true, "", kZero);
  (void)watch.checked("origin", true, "", kZero);
  (void)watch.tick(kZero + kSettled);
  return watch;
}

const Watched& of(const Watch& watch, const std::string& name) {
  for (const Watched& service : watch.services()) {
    if (service.name == name) return service;
  }
  throw std::runtime_error(name);
}

}  // namespace

TEST_CASE("everything starts at once and is healthy when each has said so") {
  Watch watch = three();
  CHECK(watch.begin(kZero) == Actions{start("redis"), start("origin"), start("worker")});
  CHECK(watch.checked("redis", false, "connect: refused", kZero + 10ms).empty());
  CHECK(of(watch, "redis").state == State::starting);
  CHECK(watch.checked("redis", true, "", kZero + 20ms).empty());
  CHECK(watch.checked("origin", true, "", kZero + 30ms).empty());
  CHECK(!watch.all_healthy());
  CHECK(watch.next_deadline() == kZero + kSettled);  // the worker has no check: running for a while is its health
  CHECK(watch.tick(kZero + kSettled - 1ms).empty());
  CHECK(!watch.all_healthy());
  CHECK(watch.tick(kZero + kSettled).empty());
  CHECK(watch.all_healthy());
  CHECK(!watch.next_deadline());
}

TEST_CASE("a service that ends is started again, after longer pauses while it keeps ending") {
  Watch watch = three_healthy();
  const std::vector<std::chrono::milliseconds> pauses = {100ms, 500ms, 1000ms, 2000ms, 5000ms, 10000ms, 30000ms, 30000ms};
  Time now = kZero + 1s;
  for (const auto pause : pauses) {
    CHECK(watch.exited("origin", "killed by signal 9 (Killed)", now).empty());
    CHECK(of(watch, "origin").state == State::waiting);
    CHECK(watch.next_deadline() == now + pause);
    CHECK(watch.tick(now + pause - 1ms).empty());
    now += pause;
    CHECK(watch.tick(now) == Actions{start("origin")});
  }
  CHECK(of(watch, "origin").restarts == 8);
  CHECK(of(watch, "redis").state == State::healthy);

  (void)watch.checked("origin", true, "", now);
  CHECK(of(watch, "origin").detail == "killed by signal 9 (Killed)");  // stays to be read
  now += kTrusted;
  (void)watch.exited("origin", "ended by itself with exit code 1", now);
  CHECK(watch.next_deadline() == now + 100ms);  // trusted again: the first pause
}

TEST_CASE("one check missed makes unhealthy, five in a row start anew") {
  Watch watch = three_healthy();
  for (int miss = 1; miss < kMissesToRestart; ++miss) {
    CHECK(watch.checked("origin", false, "no answer in time", kZero + 2s).empty());
    CHECK(of(watch, "origin").state == State::unhealthy);
  }
  CHECK(watch.checked("origin", true, "", kZero + 3s).empty());
  CHECK(of(watch, "origin").state == State::healthy);
  for (int miss = 1; miss < kMissesToRestart; ++miss) CHECK(watch.checked("origin", false, "no answer in time", kZero + 4s).empty());
  CHECK(watch.checked("origin", false, "no answer in time", kZero + 5s) == Actions{terminate("origin")});
  CHECK(watch.checked("origin", false, "no answer in time", kZero + 6s).empty());  // told once
  CHECK(watch.next_deadline() == kZero + 5s + kGrace);
  CHECK(watch.tick(kZero + 5s + kGrace) == Actions{kill("origin")});
  CHECK(watch.exited("origin", "killed by signal 9 (Killed)", kZero + 16s).empty());
  CHECK(of(watch, "origin").detail == "does not answer: no answer in time");
  CHECK(watch.tick(kZero + 16s + 100ms) == Actions{start("origin")});
}

TEST_CASE("a start that takes too long is begun again") {
  Watch watch = three();
  (void)watch.begin(kZero);
  CHECK(watch.checked("origin", false, "connect: refused", kZero + kStartPatience - 1ms).empty());
  CHECK(watch.checked("origin", false, "connect: refused", kZero + kStartPatience) == Actions{terminate("origin")});
  CHECK(of(watch, "origin").detail == "not healthy 30 s after its start: connect: refused");
}

TEST_CASE("stopping goes backwards, one after the other, and starts nothing") {
  Watch watch = three_healthy();
  CHECK(watch.stop(kZero + 10s) == Actions{terminate("worker")});
  CHECK(watch.stop(kZero + 10s).empty());
  CHECK(watch.exited("redis", "killed", kZero + 11s).empty());  // by itself meanwhile: not started again
  CHECK(watch.tick(kZero + 12s).empty());
  CHECK(watch.tick(kZero + 10s + kGrace) == Actions{kill("worker")});
  CHECK(!watch.finished());
  CHECK(watch.exited("worker", "killed", kZero + 21s) == Actions{terminate("origin")});
  CHECK(watch.exited("origin", "ended", kZero + 22s).empty());
  CHECK(watch.finished());
  CHECK(!watch.next_deadline());
}

TEST_CASE("stopping while one waits for its next start and one is being ended") {
  Watch watch = three_healthy();
  (void)watch.exited("origin", "killed", kZero + 1s);
  for (int miss = 0; miss < kMissesToRestart; ++miss) (void)watch.checked("redis", false, "away", kZero + 2s);
  CHECK(watch.stop(kZero + 3s) == Actions{terminate("worker")});
  CHECK(of(watch, "origin").state == State::stopped);
  CHECK(watch.exited("worker", "ended", kZero + 4s).empty());  // redis was told already
  CHECK(watch.tick(kZero + 2s + kGrace) == Actions{kill("redis")});
  CHECK(watch.exited("redis", "killed", kZero + 13s).empty());
  CHECK(watch.finished());
}

TEST_CASE("events that come late or name nobody change nothing") {
  Watch watch = three_healthy();
  CHECK(watch.exited("nobody", "", kZero).empty());
  CHECK(watch.checked("nobody", true, "", kZero).empty());
  (void)watch.exited("origin", "killed", kZero + 1s);
  CHECK(watch.checked("origin", true, "", kZero + 1s).empty());  // found before the end was heard of
  CHECK(of(watch, "origin").state == State::waiting);
  CHECK(watch.exited("origin", "killed", kZero + 1s).empty());
  CHECK(of(watch, "origin").restarts == 1);
}
