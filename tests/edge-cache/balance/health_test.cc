// SPDX-License-Identifier: Apache-2.0
#include "edge-cache/balance/health.h"

#include <vector>

#include "edge-cache/balance/budget.h"
#include "tests/catch.h"

using namespace segue::balance;

namespace {

constexpr HealthPolicy kPolicy{.fails_to_eject = 2, .ejected_ms = 100, .most_ejected_ms = 300, .most_probe_ms = 1000};
enum class Event { good, bad, unknown, check_good, check_bad, ask };  // ask: a request comes; it is a probe when it may be

// What one request would be told at the end of a row.
Use after(const std::vector<std::pair<Event, std::int64_t>>& events, std::int64_t now, HealthPolicy policy = kPolicy,
          bool hurried = false) {
  Health health;
  bool probe = false;
  for (const auto& [event, at] : events) {
    switch (event) {
      case Event::ask:
        probe = usable(health, policy, at, hurried) == Use::probe;
        if (probe) begin_probe(health, at);
        break;
      case Event::good: report(health, policy, Outcome::good, probe, at); break;
      case Event::bad: report(health, policy, Outcome::bad, probe, at); break;
      case Event::unknown: report(health, policy, Outcome::unknown, probe, at); break;
      case Event::check_good: report_check(health, policy, true, at); break;
      case Event::check_bad: report_check(health, policy, false, at); break;
    }
  }
  return usable(health, policy, now, hurried);
}

}  // namespace

TEST_CASE("ejected after failures in a row, half-open when its time is over") {
  using enum Event;
  struct Row {
    const char* what;
    std::vector<std::pair<Event, std::int64_t>> events;
    std::int64_t now;
    Use use;
  };
  const Row rows[] = {
      {"one failure", {{bad, 0}}, 0, Use::yes},
      {"two in a row", {{bad, 0}, {bad, 0}}, 99, Use::no},
      {"two in a row, a day between them: no window forgets", {{bad, 0}, {bad, 86400000}}, 86400001, Use::no},
      {"a success between", {{bad, 0}, {good, 0}, {bad, 0}}, 0, Use::yes},
      {"its time is over", {{bad, 0}, {bad, 0}}, 100, Use::probe},
      {"one probe at a time", {{bad, 0}, {bad, 0}, {ask, 100}}, 150, Use::no},
      {"a probe that is lost", {{bad, 0}, {bad, 0}, {ask, 100}}, 1100, Use::probe},
      {"the probe succeeds", {{bad, 0}, {bad, 0}, {ask, 100}, {good, 110}}, 110, Use::yes},
      {"the probe fails: twice as long", {{bad, 0}, {bad, 0}, {ask, 100}, {bad, 110}}, 309, Use::no},
      {"and then again", {{bad, 0}, {bad, 0}, {ask, 100}, {bad, 110}}, 310, Use::probe},
      {"never longer than the longest", {{bad, 0}, {bad, 0}, {ask, 100}, {bad, 100}, {ask, 300}, {bad, 300}}, 600, Use::probe},
      {"the probe's client left", {{bad, 0}, {bad, 0}, {ask, 100}, {unknown, 110}}, 110, Use::probe},
      {"asked before, answered after: no word on it", {{bad, 0}, {bad, 0}, {good, 10}}, 10, Use::no},
      {"asked before, failed after: no second time", {{bad, 0}, {bad, 0}, {bad, 90}}, 100, Use::probe},
  };
  for (const Row& row : rows) {
    INFO(row.what);
    CHECK(after(row.events, row.now) == row.use);
  }
  CHECK(after({{bad, 0}, {bad, 0}}, 1, kPolicy, true) == Use::probe);
  CHECK(after({{bad, 0}, {bad, 0}, {ask, 1}}, 1, kPolicy, true) == Use::no);
  HealthPolicy never = kPolicy;
  never.fails_to_eject = 0;
  CHECK(after({{bad, 0}, {bad, 0}, {bad, 0}}, 0, never) == Use::yes);
}

TEST_CASE("active checks eject and bring back; requests try nothing then") {
  using enum Event;
  HealthPolicy checked = kPolicy;
  checked.checked = true;
  CHECK(after({{check_bad, 0}, {check_bad, 1}}, 1, checked) == Use::no);
  CHECK(after({{check_bad, 0}, {check_bad, 1}}, 5000, checked) == Use::no);
  CHECK(after({{check_bad, 0}, {check_bad, 1}, {check_good, 50}}, 60, checked) == Use::no);  // its time is not over
  CHECK(after({{check_bad, 0}, {check_bad, 1}, {check_good, 101}}, 101, checked) == Use::yes);
  // Well when looked at, ill when asked: failures of requests are not forgiven by checks, and the next time out is longer.
  CHECK(after({{bad, 0}, {check_good, 1}, {bad, 2}}, 2, checked) == Use::no);
  CHECK(after({{bad, 0}, {bad, 0}, {check_good, 100}, {bad, 100}, {bad, 100}, {check_good, 299}}, 299, checked) == Use::no);
}

TEST_CASE("retries cost what requests earn") {
  Budget budget(20, 2);
  CHECK(budget.spend());
  CHECK(budget.spend());
  CHECK_FALSE(budget.spend());
  for (int i = 0; i < 4; ++i) budget.earn();
  CHECK_FALSE(budget.spend());
  budget.earn();
  CHECK(budget.spend());
  for (int i = 0; i < 1000; ++i) budget.earn();
  CHECK(budget.spend());
  CHECK(budget.spend());
  CHECK_FALSE(budget.spend());
}
