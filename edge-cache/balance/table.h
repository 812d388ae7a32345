// SPDX-License-Identifier: Apache-2.0
// The origins of one upstream, in memory that all workers share: who they are, how they are, and how much is under way to each. Members may
// change while requests are under way: a slot keeps its place as long as its member stays, and a request knows which generation of the
// slot it took. Fixed size, no pointers; whoever calls holds the lock.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "edge-cache/balance/budget.h"
#include "edge-cache/balance/health.h"

namespace segue::balance {

inline constexpr std::size_t kMostMembers = 64;  // a bit each in what a request has tried
inline constexpr std::size_t kMostWorkers = 128, kLongestName = 255, kLongestAddress = 128;

struct Policy {
  HealthPolicy health;
  std::uint32_t load_percent = 125;  // of an even share, before the next in rank takes over; 0: no bound
  std::uint32_t retry_percent = 20;
};

struct MemberSpec {
  std::string_view name;     // "10.0.0.7:8081"; what is hashed
  std::string_view address;  // a sockaddr's bytes
  std::uint32_t weight = 1;
  bool backup = false;  // only when nobody else can be asked
};

// What answers told: a cache of ours names itself in each (Cache-Status, RFC 9211).
enum class Role : std::uint8_t { unknown, origin, cache };

struct Member {
  std::uint64_t hash;
  std::uint32_t weight, generation;
  bool used, backup;
  Role role;
  std::uint8_t address_size;
  std::uint16_t name_size;
  Health health;
  std::uint64_t broken;  // the key of the last body that broke off, since a request succeeded; 0: none
  std::uint64_t requests, failures, ejections;
  std::uint32_t load;                                 // the sum of under_way
  std::array<std::uint32_t, kMostWorkers> under_way;  // by worker: what a killed one leaves is cleared when its successor starts
  std::array<char, kLongestAddress> address;
  std::array<char, kLongestName> name;

  [[nodiscard]] std::string_view name_text() const noexcept { return {name.data(), name_size}; }
  [[nodiscard]] std::string_view address_text() const noexcept { return {address.data(), address_size}; }
};

struct Choice {
  std::uint32_t slot = 0, generation = 0;
  bool probe = false;
};

class Table {
 public:
  explicit Table(const Policy& policy) noexcept : policy_(policy), budget_(policy.retry_percent) {}
  void set_policy(const Policy& policy) noexcept;

  // Who stays keeps health and load. False: too many, or a name or an address that is too long; nothing is changed then.
  bool set_members(std::span<const MemberSpec> members) noexcept;
  void clear_worker(std::uint16_t worker) noexcept;

  // For a request for `key` that has tried the slots in `tried`. False: nobody can be asked now. The choice is under way until done().
  bool choose(std::uint64_t key, std::uint64_t tried, std::uint16_t worker, std::int64_t now, Choice& choice) noexcept;
  // For the rest of a body that broke off: what was asked is a request already, so this earns nothing and costs a retry. Somebody else's
  // bytes are as good; where there is nobody else, the same origin is asked again. False: the budget is spent, or nobody can be asked.
  bool resume(std::uint64_t key, std::uint64_t tried, std::uint16_t worker, std::int64_t now, Choice& choice) noexcept;
  // Of a request for `key`. One object whose body always breaks off, or dribbles, counts once until something else fails or succeeds: it
  // must not put an origin out that is well but for it. True: this ejected the member.
  bool done(const Choice& choice, std::uint16_t worker, Outcome outcome, std::int64_t now, std::uint64_t key = 0) noexcept;
  // An answer came, with a status below 400 where it is an origin's: pages of errors name nobody.
  void answered(const Choice& choice, Role role) noexcept;
  // Of an active check. True: the member's state is another than before.
  bool checked(const Choice& member, bool good, std::int64_t now) noexcept;
  // Another attempt of the same request. False: the budget is spent.
  bool may_retry() noexcept { return budget_.spend(); }

  [[nodiscard]] std::span<const Member, kMostMembers> members() const noexcept { return members_; }
  [[nodiscard]] std::size_t count() const noexcept;
  // Some member is a cache, and may have been the one who asks, by whatever way. Who has not answered yet is taken for one where somebody
  // stands behind him, as behind shields.
  [[nodiscard]] bool may_lead_back() const noexcept;

 private:
  struct Group;
  [[nodiscard]] Group group(bool backup, std::uint64_t tried) const noexcept;
  bool pick(std::uint64_t key, std::uint64_t tried, std::uint16_t worker, std::int64_t now, Choice& choice) noexcept;
  bool choose_from(const Group& group, std::uint64_t key, std::uint64_t tried, std::int64_t now, Choice& choice) const noexcept;
  [[nodiscard]] bool has_room(const Member& member, const Group& group) const noexcept;  // `member` is in
  [[nodiscard]] Member* find(const Choice& choice) noexcept;

  Policy policy_;
  Budget budget_;
  std::array<Member, kMostMembers> members_{};
};

}  // namespace segue::balance
