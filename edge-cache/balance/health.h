// SPDX-License-Identifier: Apache-2.0
// Whether one origin may be asked. Passive (what became of requests) and active (what checks found) news make one state. Pure; all times
// are milliseconds of one clock.
//
//   in ── fails_to_eject failures in a row ──▶ out, for ejected_ms, twice as long each time until a request succeeds
//   ▲                                           │
//   ├── a good check, when its time is over ────┤
//   └── half-open: when its time is over, one request at a time tries, and succeeds; if not: out again
#pragma once

#include <cstdint>

namespace segue::balance {

struct HealthPolicy {
  std::uint32_t fails_to_eject = 3;  // in a row; 0: never out
  std::int64_t ejected_ms = 1000;
  std::int64_t most_ejected_ms = 60000;
  std::int64_t most_probe_ms = 30000;  // a probe that is not heard of for so long was lost with its worker
  bool checked = false;                // actively: then no request has to try whether an origin is back
};

struct Health {
  std::uint32_t fails = 0;      // in a row
  std::uint32_t ejections = 0;  // since a request succeeded
  bool out = false;
  std::int64_t out_until = 0;
  std::int64_t probe_since = 0;  // 0: no probe is under way
};

enum class Use : std::uint8_t { yes, probe, no };

// `hurried`: nobody is in, so nobody waits for the end of an ejection; still one request at a time.
[[nodiscard]] Use usable(const Health& health, const HealthPolicy& policy, std::int64_t now, bool hurried) noexcept;
void begin_probe(Health& health, std::int64_t now) noexcept;

// unknown: says nothing about the origin (the client left). broken: a body that broke off, or came too slowly; it may be that body's fault.
enum class Outcome : std::uint8_t { good, bad, unknown, broken };
// Of a request; `probe`: it was one. A broken one counts as bad. True: this one ejected it.
bool report(Health& health, const HealthPolicy& policy, Outcome outcome, bool probe, std::int64_t now) noexcept;
// Of an active check. True: it ejected it.
bool report_check(Health& health, const HealthPolicy& policy, bool good, std::int64_t now) noexcept;

}  // namespace segue::balance
