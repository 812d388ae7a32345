// SPDX-License-Identifier: Apache-2.0
// balance.h over table.h.
#include "edge-cache/balance/balance.h"

#include <array>
#include <cstring>
#include <new>

#include "edge-cache/balance/rank.h"
#include "edge-cache/balance/table.h"

using namespace segue::balance;

struct balance_table {
  Table table;
};

namespace {

static_assert(BALANCE_MOST_MEMBERS == kMostMembers && BALANCE_MOST_NAME == kLongestName && BALANCE_MOST_ADDRESS == kLongestAddress);

Policy policy_of(const balance_policy& given) noexcept {
  Policy policy;
  policy.health.fails_to_eject = given.fails;
  policy.health.ejected_ms = given.out_ms;
  policy.health.most_ejected_ms = given.longest_out_ms;
  policy.health.checked = given.checked != 0;
  policy.load_percent = given.load_percent;
  policy.retry_percent = given.retry_percent;
  return policy;
}

void describe(const Member& member, balance_choice& choice) noexcept {
  choice.address_size = member.address_size;
  choice.name_size = member.name_size;
  std::memcpy(choice.address, member.address.data(), member.address_size);
  std::memcpy(choice.name, member.name.data(), member.name_size);
}

int tell(const Table& table, const Choice& chosen, balance_choice& choice) noexcept {
  choice.slot = chosen.slot;
  choice.generation = chosen.generation;
  choice.probe = chosen.probe ? 1 : 0;
  describe(table.members()[chosen.slot], choice);
  return 1;
}

Outcome outcome_of(int given) noexcept {
  switch (given) {
    case BALANCE_GOOD: return Outcome::good;
    case BALANCE_BAD: return Outcome::bad;
    case BALANCE_BROKEN: return Outcome::broken;
    default: return Outcome::unknown;
  }
}

Choice plain(const balance_choice& choice) noexcept { return {choice.slot, choice.generation, choice.probe != 0}; }

}  // namespace

size_t balance_table_size(void) { return sizeof(balance_table); }
balance_table* balance_make(void* memory, const balance_policy* policy) { return new (memory) balance_table{Table(policy_of(*policy))}; }
void balance_set_policy(balance_table* table, const balance_policy* policy) { table->table.set_policy(policy_of(*policy)); }

int balance_set_members(balance_table* table, const balance_member* members, size_t count) {
  std::array<MemberSpec, kMostMembers> specs;
  if (count > specs.size()) return 0;
  for (size_t i = 0; i < count; ++i) {
    const balance_member& given = members[i];
    specs[i] = {
        {given.name, given.name_size}, {static_cast<const char*>(given.address), given.address_size}, given.weight, given.backup != 0};
  }
  return table->table.set_members({specs.data(), count}) ? 1 : 0;
}

size_t balance_count(const balance_table* table) { return table->table.count(); }
int balance_may_lead_back(const balance_table* table) { return table->table.may_lead_back() ? 1 : 0; }
void balance_clear_worker(balance_table* table, unsigned worker) { table->table.clear_worker(static_cast<std::uint16_t>(worker)); }
uint64_t balance_key(const char* text, size_t size) { return hash_of({text, size}); }

int balance_choose(balance_table* table, uint64_t key, uint64_t tried, unsigned worker, int64_t now, balance_choice* choice) {
  Choice chosen;
  const bool found = table->table.choose(key, tried, static_cast<std::uint16_t>(worker), now, chosen);
  return found ? tell(table->table, chosen, *choice) : 0;
}

int balance_resume(balance_table* table, uint64_t key, uint64_t tried, unsigned worker, int64_t now, balance_choice* choice) {
  Choice chosen;
  const bool found = table->table.resume(key, tried, static_cast<std::uint16_t>(worker), now, chosen);
  return found ? tell(table->table, chosen, *choice) : 0;
}

int balance_done(balance_table* table, const balance_choice* choice, unsigned worker, int outcome, uint64_t key, int64_t now) {
  return table->table.done(plain(*choice), static_cast<std::uint16_t>(worker), outcome_of(outcome), now, key) ? 1 : 0;
}

void balance_answered(balance_table* table, const balance_choice* choice, int status, int from_cache) {
  constexpr int kLoopDetected = 508;  // who says so has seen the request before
  if (from_cache != 0 || status == kLoopDetected)
    table->table.answered(plain(*choice), Role::cache);
  else if (status < 400)
    table->table.answered(plain(*choice), Role::origin);
}

int balance_retry(balance_table* table) { return table->table.may_retry() ? 1 : 0; }

int balance_read(const balance_table* table, uint32_t slot, balance_figures* figures) {
  if (slot >= kMostMembers || !table->table.members()[slot].used) return 0;
  const Member& member = table->table.members()[slot];
  figures->who.slot = slot;
  figures->who.generation = member.generation;
  figures->who.probe = 0;
  describe(member, figures->who);
  figures->backup = member.backup ? 1 : 0;
  figures->out = member.health.out ? 1 : 0;
  figures->under_way = member.load;
  figures->requests = member.requests;
  figures->failures = member.failures;
  figures->ejections = member.ejections;
  return 1;
}

int balance_checked(balance_table* table, const balance_choice* who, int good, int64_t now) {
  return table->table.checked(plain(*who), good != 0, now) ? 1 : 0;
}
