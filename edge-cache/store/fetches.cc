// SPDX-License-Identifier: Apache-2.0
#include "edge-cache/store/fetches.h"

#include <algorithm>
#include <array>
#include <new>

namespace segue::edge {

struct Fetches::Table {
  std::array<std::uint32_t, kMostFetches> buckets;
  std::array<Fetch, kMostFetches> fetches;
  std::array<Worker, kMostWorkers> workers;
  Promises promises;
  std::uint32_t last;  // where the search for a free slot went on

  std::uint32_t& bucket_of(const Key& key) noexcept { return buckets[key[0] % kMostFetches]; }
};

std::size_t Fetches::bytes_for() noexcept { return sizeof(Table); }
Fetches::Table& Fetches::table() const noexcept { return *reinterpret_cast<Table*>(memory_); }

void Fetches::make_empty() noexcept {
  auto* table = new (memory_) Table{};
  table->buckets.fill(kNoFetch);
}

Fetch& Fetches::at(std::uint32_t number) const noexcept { return table().fetches[number]; }
Worker& Fetches::worker(std::uint16_t number) const noexcept { return table().workers[number]; }
Promises& Fetches::promises() const noexcept { return table().promises; }

std::uint32_t Fetches::find(const Key& asked) const noexcept {
  std::uint32_t steps = 0;
  for (std::uint32_t at = table().bucket_of(asked); at < kMostFetches && steps < kMostFetches; at = table().fetches[at].next, ++steps) {
    if (table().fetches[at].asked == asked) return at;
  }
  return kNoFetch;
}

std::uint32_t Fetches::start(const Key& asked, std::uint16_t leader, bool joinable) noexcept {
  Table& all = table();
  for (std::uint32_t tried = 0; tried < kMostFetches; ++tried) {
    const std::uint32_t number = all.last = (all.last + 1) % kMostFetches;
    Fetch& fetch = all.fetches[number];
    if (fetch.stage != Stage::free) continue;
    fetch.asked = fetch.key = asked;
    ++fetch.generation;
    fetch.stage = Stage::asking;
    fetch.joinable = joinable;
    fetch.alone = fetch.kept = fetch.loose = false;
    fetch.slot = fetch.purged = 0;
    fetch.leader = leader;
    fetch.head_units = fetch.vary = 0;
    fetch.status = 0;
    fetch.id = fetch.order = fetch.salt = 0;
    fetch.body_bytes = -1;
    fetch.arrived.store(0, std::memory_order_relaxed);
    std::fill(std::begin(fetch.watchers), std::end(fetch.watchers), 0);
    if (joinable) {
      fetch.next = all.bucket_of(asked);
      all.bucket_of(asked) = number;
    }
    return number;
  }
  return kNoFetch;
}

void Fetches::unlist(std::uint32_t number) noexcept {
  Fetch& fetch = at(number);
  if (!fetch.joinable) return;
  fetch.joinable = false;
  std::uint32_t* place = &table().bucket_of(fetch.asked);
  for (std::uint32_t steps = 0; *place < kMostFetches && *place != number && steps < kMostFetches; ++steps) place = &at(*place).next;
  if (*place == number) *place = fetch.next;
}

void Fetches::purge(const Key& primary, Purged purged) noexcept {
  for (Fetch& fetch : table().fetches) {
    if (fetch.stage != Stage::free && fetch.primary == primary) fetch.purged = std::max(fetch.purged, static_cast<std::uint8_t>(purged));
  }
}

void Fetches::watch(std::uint32_t number, std::uint16_t worker) noexcept {
  at(number).watchers[worker / 64] |= std::uint64_t{1} << (worker % 64);
}

std::uint64_t Fetches::unwatch(std::uint32_t number, std::uint16_t worker) noexcept {
  Fetch& fetch = at(number);
  fetch.watchers[worker / 64] &= ~(std::uint64_t{1} << (worker % 64));
  const bool over = fetch.stage > Stage::arriving;
  const bool watched = std::any_of(std::begin(fetch.watchers), std::end(fetch.watchers), [](std::uint64_t bits) { return bits != 0; });
  if (!over || watched) return 0;
  unlist(number);
  fetch.stage = Stage::free;
  return fetch.loose ? fetch.id : 0;
}

void Fetches::read_ids(std::vector<std::uint64_t>& ids) const {
  for (const Fetch& fetch : table().fetches) {
    if (fetch.stage != Stage::free && fetch.stage != Stage::orphaned && fetch.id != 0) ids.push_back(fetch.id);
  }
}

bool Fetches::watched_by_others(std::uint32_t number, std::uint16_t worker) const noexcept {
  for (std::uint16_t i = 0; i < kMostWorkers / 64; ++i) {
    const std::uint64_t own = worker / 64 == i ? std::uint64_t{1} << (worker % 64) : 0;
    if ((at(number).watchers[i] & ~own) != 0) return true;
  }
  return false;
}

std::uint16_t Fetches::enter(std::int32_t process, std::uint64_t address) noexcept {
  for (std::uint16_t i = 0; i < kMostWorkers; ++i) {
    Worker& place = worker(i);
    if (place.process != 0) continue;
    place = {process, place.generation + 1, address};
    promises().clear(i);
    return i;
  }
  return kMostWorkers;
}

void Fetches::leave(std::uint16_t number, std::vector<std::uint64_t>& broken_off) {
  for (std::uint32_t i = 0; i < kMostFetches; ++i) {
    Fetch& fetch = at(i);
    if (fetch.stage == Stage::free) continue;
    if (fetch.leader == number && fetch.stage <= Stage::arriving) {
      if (fetch.id != 0) broken_off.push_back(fetch.id);
      fetch.stage = Stage::orphaned;
      unlist(i);
    }
    if (const std::uint64_t file = unwatch(i, number); file != 0) broken_off.push_back(file);
  }
  promises().clear(number);
  worker(number).process = 0;
}

}  // namespace segue::edge
