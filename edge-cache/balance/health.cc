// SPDX-License-Identifier: Apache-2.0
#include "edge-cache/balance/health.h"

#include <algorithm>

namespace segue::balance {
namespace {

void eject(Health& health, const HealthPolicy& policy, std::int64_t now) noexcept {
  const std::uint32_t doublings = std::min<std::uint32_t>(health.ejections, 16);
  health.out = true;
  health.out_until = now + std::min(policy.ejected_ms << doublings, policy.most_ejected_ms);
  health.probe_since = 0;
  ++health.ejections;
}

bool count_failure(Health& health, const HealthPolicy& policy, std::int64_t now) noexcept {
  ++health.fails;
  if (policy.fails_to_eject == 0 || health.fails < policy.fails_to_eject) return false;
  eject(health, policy, now);
  return true;
}

}  // namespace

Use usable(const Health& health, const HealthPolicy& policy, std::int64_t now, bool hurried) noexcept {
  if (!health.out) return Use::yes;
  if (!hurried && (policy.checked || now < health.out_until)) return Use::no;
  const bool probed = health.probe_since != 0 && now - health.probe_since < policy.most_probe_ms;
  return probed ? Use::no : Use::probe;
}

void begin_probe(Health& health, std::int64_t now) noexcept { health.probe_since = std::max<std::int64_t>(1, now); }

bool report(Health& health, const HealthPolicy& policy, Outcome outcome, bool probe, std::int64_t now) noexcept {
  if (health.out && !probe) return false;  // asked before the ejection, answered after it: neither ends nor lengthens it
  if (outcome == Outcome::good) health = {};
  if (outcome == Outcome::unknown && probe) health.probe_since = 0;
  if (outcome != Outcome::bad && outcome != Outcome::broken) return false;
  if (!health.out) return count_failure(health, policy, now);
  eject(health, policy, now);
  return true;
}

bool report_check(Health& health, const HealthPolicy& policy, bool good, std::int64_t now) noexcept {
  if (!good) return !health.out && count_failure(health, policy, now);
  // A good check does not forgive failed requests: an origin may be well but for what is asked of it.
  if (!health.out || now < health.out_until) return false;
  health.out = false;
  health.fails = 0;
  health.probe_since = 0;
  return false;
}

}  // namespace segue::balance
