// SPDX-License-Identifier: Apache-2.0
#include "edge-cache/balance/table.h"

#include <algorithm>
#include <utility>

#include "edge-cache/balance/rank.h"

namespace segue::balance {

// What a choice among the members of one tier is made by.
struct Table::Group {
  bool backup;
  bool nobody_in;                // of those that were not tried
  bool hurried;                  // neither here nor in the other tier
  std::uint32_t weights, total;  // of those that are in
};

namespace {

struct Best {
  double rank = -1;
  std::uint32_t slot = 0;
  void offer(double offered, std::uint32_t by) noexcept {
    if (offered > rank) rank = offered, slot = by;
  }
  [[nodiscard]] bool found() const noexcept { return rank >= 0; }
};

}  // namespace

void Table::set_policy(const Policy& policy) noexcept {
  policy_ = policy;
  budget_ = Budget(policy.retry_percent);
}

std::size_t Table::count() const noexcept {
  return static_cast<std::size_t>(std::count_if(members_.begin(), members_.end(), [](const Member& member) { return member.used; }));
}

bool Table::may_lead_back() const noexcept {
  const bool backups = std::any_of(members_.begin(), members_.end(), [](const Member& member) { return member.used && member.backup; });
  return std::any_of(members_.begin(), members_.end(), [&](const Member& member) {
    const bool is_first_unknown = member.role == Role::unknown && !member.backup && backups;
    return member.used && (member.role == Role::cache || is_first_unknown);
  });
}

bool Table::set_members(std::span<const MemberSpec> members) noexcept {
  const auto fits = [](const MemberSpec& spec) {
    return !spec.name.empty() && spec.name.size() <= kLongestName && !spec.address.empty() && spec.address.size() <= kLongestAddress;
  };
  if (members.size() > kMostMembers || !std::all_of(members.begin(), members.end(), fits)) return false;
  const auto find_spec = [&](std::string_view name) {
    return std::find_if(members.begin(), members.end(), [&](const MemberSpec& spec) { return spec.name == name; });
  };
  for (Member& member : members_) {
    if (member.used && find_spec(member.name_text()) == members.end()) member.used = false;
  }
  for (const MemberSpec& spec : members) {
    auto place = std::find_if(members_.begin(), members_.end(),
                              [&](const Member& member) { return member.used && member.name_text() == spec.name; });
    if (place == members_.end()) {
      place = std::find_if(members_.begin(), members_.end(), [](const Member& member) { return !member.used; });
      const std::uint32_t generation = place->generation + 1;
      *place = Member{};
      place->generation = generation;
      place->used = true;
      place->hash = hash_of(spec.name);
      place->name_size = static_cast<std::uint16_t>(spec.name.copy(place->name.data(), kLongestName));
    }
    if (place->address_text() != spec.address) place->role = Role::unknown;
    place->weight = std::max<std::uint32_t>(1, spec.weight);
    place->backup = spec.backup;
    place->address_size = static_cast<std::uint8_t>(spec.address.copy(place->address.data(), kLongestAddress));
  }
  return true;
}

void Table::clear_worker(std::uint16_t worker) noexcept {
  for (Member& member : members_) member.load -= std::exchange(member.under_way[worker % kMostWorkers], 0);
}

Table::Group Table::group(bool backup, std::uint64_t tried) const noexcept {
  Group found{backup, true, false, 0, 0};
  for (std::size_t i = 0; i < kMostMembers; ++i) {
    const Member& member = members_[i];
    if (!member.used || member.backup != backup || member.health.out) continue;
    if ((tried >> i & 1) == 0) found.nobody_in = false;
    found.weights += member.weight;
    found.total += member.load;
  }
  return found;
}

bool Table::has_room(const Member& member, const Group& group) const noexcept {
  if (policy_.load_percent == 0) return true;
  return balance::has_room(member.load, group.total, member.weight, group.weights, policy_.load_percent);
}

// Whoever may be probed is asked first, so that it comes back; only by a first attempt, which has others to turn to. Else the highest in
// rank that is in and has room.
bool Table::choose_from(const Group& group, std::uint64_t key, std::uint64_t tried, std::int64_t now, Choice& choice) const noexcept {
  Best in, with_room, probe;
  for (std::uint32_t i = 0; i < kMostMembers; ++i) {
    const Member& member = members_[i];
    if (!member.used || member.backup != group.backup || (tried >> i & 1) != 0) continue;
    const Use use = usable(member.health, policy_.health, now, group.hurried);
    if (use == Use::no) continue;
    const double rank = score(member.hash, key, member.weight);
    (use == Use::probe ? probe : in).offer(rank, i);
    if (use == Use::yes && has_room(member, group)) with_room.offer(rank, i);
  }
  const bool probes = probe.found() && (tried == 0 || !in.found());
  const Best& best = probes ? probe : with_room.found() ? with_room : in;
  if (!best.found()) return false;
  choice = {best.slot, members_[best.slot].generation, probes};
  return true;
}

bool Table::choose(std::uint64_t key, std::uint64_t tried, std::uint16_t worker, std::int64_t now, Choice& choice) noexcept {
  if (tried == 0) budget_.earn();
  return pick(key, tried, worker, now, choice);
}

bool Table::resume(std::uint64_t key, std::uint64_t tried, std::uint16_t worker, std::int64_t now, Choice& choice) noexcept {
  if (!budget_.spend()) return false;
  return pick(key, tried, worker, now, choice) || pick(key, 0, worker, now, choice);
}

bool Table::pick(std::uint64_t key, std::uint64_t tried, std::uint16_t worker, std::int64_t now, Choice& choice) noexcept {
  Group first = group(false, tried), backups = group(true, tried);
  first.hurried = backups.hurried = first.nobody_in && backups.nobody_in;
  if (!choose_from(first, key, tried, now, choice) && !choose_from(backups, key, tried, now, choice)) return false;
  Member& member = members_[choice.slot];
  if (choice.probe) begin_probe(member.health, now);
  ++member.under_way[worker % kMostWorkers];
  ++member.load;
  ++member.requests;
  return true;
}

Member* Table::find(const Choice& choice) noexcept {
  if (choice.slot >= kMostMembers) return nullptr;
  Member& member = members_[choice.slot];
  return member.used && member.generation == choice.generation ? &member : nullptr;
}

bool Table::done(const Choice& choice, std::uint16_t worker, Outcome outcome, std::int64_t now, std::uint64_t key) noexcept {
  Member* member = find(choice);
  if (member == nullptr) return false;
  if (std::uint32_t& own = member->under_way[worker % kMostWorkers]; own > 0) {
    --own;
    --member->load;
  }
  if (outcome == Outcome::bad || outcome == Outcome::broken) ++member->failures;
  if (outcome == Outcome::good) member->broken = 0;
  const bool known = outcome == Outcome::broken && key != 0 && std::exchange(member->broken, key) == key;
  if (known) outcome = Outcome::unknown;
  const bool ejected = report(member->health, policy_.health, outcome, choice.probe, now);
  if (ejected) ++member->ejections;
  return ejected;
}

void Table::answered(const Choice& choice, Role role) noexcept {
  Member* member = find(choice);
  // A cache stays one: some of its answers (its own health, a refused preflight) do not say so.
  if (member != nullptr && member->role != Role::cache) member->role = role;
}

bool Table::checked(const Choice& choice, bool good, std::int64_t now) noexcept {
  Member* member = find(choice);
  if (member == nullptr) return false;
  const bool was_out = member->health.out;
  if (report_check(member->health, policy_.health, good, now)) ++member->ejections;
  return member->health.out != was_out;
}

}  // namespace segue::balance
