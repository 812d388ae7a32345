// SPDX-License-Identifier: Apache-2.0
#include "edge-cache/worker.h"

#include <signal.h>

#include <array>
#include <cerrno>
#include <utility>

#include "edge-cache/decision/vary.h"

namespace segue::edge {

EdgeWorker::EdgeWorker(Shared& shared, std::size_t open_objects, std::int32_t process)
    : shared_(shared),
      removals_(shared.files()),
      objects_(shared.files(), open_objects, [this](ObjectPointer object) { removals_.release(std::move(object)); }),
      watching_(kMostFetches) {
  const Locked locked(shared_);
  number_ = shared_.fetches().enter(process, socket_.address());
}

EdgeWorker::~EdgeWorker() { leave(); }

void EdgeWorker::leave() {
  if (number_ >= kMostWorkers || left_) return;
  left_ = true;
  std::vector<std::uint64_t> broken_off;
  {
    const Locked locked(shared_);
    shared_.fetches().leave(number_, broken_off);
  }
  for (const std::uint64_t id : broken_off) removals_.arriving(id);
}

Key EdgeWorker::variant_key(std::uint64_t salt, std::string_view names, const Request& request) {
  std::string text = std::to_string(salt) + '\n' + vary_values(names, request);
  return hash(shared_.index().secret(), text);
}

// Its file is what the index says: it need not be read through again.
void EdgeWorker::believe(const ColdObject& cold) {
  const Locked locked(shared_);
  if (Entry* now = shared_.index().find(cold.place.key); now != nullptr && now->id == cold.place.id) now->until = 1;
}

Opened EdgeWorker::find(const ColdObject& cold, Wait wait) {
  Opened opened = objects_.find(cold, wait);
  if (opened.object != nullptr && cold.checksum) believe(cold);
  return opened;
}

void EdgeWorker::take_in(const ColdObject& cold, Opened opened) {
  if (opened.object == nullptr) {
    if (opened.lost && !cold.arriving) forget(cold.place.key, cold.place.id);
    return;
  }
  objects_.add(std::move(opened.object));
  if (cold.checksum) believe(cold);
}

Lookup EdgeWorker::look_up(const Request& request, const Key& primary, std::int64_t now, Wait wait) {
  Lookup lookup;
  lookup.key = primary;
  Entry entry{};
  ColdObject cold;
  std::uint64_t soft_order = 0;
  {
    const Locked locked(shared_);
    Index& index = shared_.index();
    Entry* found = index.find(primary);
    if (found != nullptr && found->kind == Kind::variants) {
      index.use(*found);
      lookup.other_variant = true;
      soft_order = found->soft_order;
      lookup.key = variant_key(found->id, index.vary_names(found->vary), request);
      found = index.find(lookup.key);
    }
    if (found == nullptr) return lookup;
    index.use(*found);
    entry = *found;
    if (index.doubtful(entry)) cold.checksum = entry.checksum;
  }
  lookup.seen_id = entry.id;
  lookup.body_bytes = entry.body_bytes;
  // Neither over, nor of a clock that was set back since.
  const std::int64_t left = static_cast<std::int64_t>(entry.until) - now;
  lookup.pass = entry.kind == Kind::pass && left > 0 && left <= kPassSeconds;
  if (entry.kind != Kind::object) return lookup;
  cold.place = {entry.key, entry.id, entry.head_units, entry.slot};
  cold.body_bytes = entry.body_bytes;
  Opened opened = find(cold, wait);
  if (opened.would_wait) {
    lookup.cold = cold;
    return lookup;
  }
  if (opened.object == nullptr && !opened.lost) return lookup;
  lookup.object = std::move(opened.object);
  Purged purged = Purged::hard;
  if (lookup.object != nullptr) {
    const Locked locked(shared_);
    purged = shared_.purges().state_of(lookup.object->response(), entry.order);
  }
  if (purged == Purged::hard) {
    forget(entry.key, entry.id);
    lookup.object = nullptr;
    return lookup;
  }
  lookup.doubtful = purged == Purged::doubtful;
  lookup.soft_purged = purged == Purged::soft || entry.soft_order > entry.order || soft_order > entry.order;
  return lookup;
}

bool EdgeWorker::changed(const Lookup& lookup) {
  const Entry* entry = shared_.index().find(lookup.key);
  if (entry == nullptr) return false;
  if (entry->kind == Kind::variants) return true;
  if (entry->kind != Kind::object) return false;
  return entry->id != lookup.seen_id || (lookup.object != nullptr && entry->slot != lookup.object->place.slot);
}

void EdgeWorker::forget(const Key& key, std::uint64_t id) {
  {
    const Locked locked(shared_);
    Entry* entry = shared_.index().find(key);
    if (entry == nullptr || entry->kind != Kind::object || entry->id != id) return;
    shared_.index().erase(*entry);
  }
  removals_.complete(id);
}

bool EdgeWorker::purge_url(std::string_view url, Hardness hardness) {
  const Key key = hash(shared_.index().secret(), url);
  std::uint64_t file = 0;
  bool found = false;
  {
    const Locked locked(shared_);
    const std::uint64_t order = shared_.purges().next_order();
    Entry* entry = shared_.index().find(key);
    found = entry != nullptr && entry->kind != Kind::pass;
    if (entry != nullptr && hardness == Hardness::hard) file = shared_.index().erase(*entry);
    if (found && hardness == Hardness::soft) entry->soft_order = order;
    shared_.fetches().purge(key, hardness == Hardness::hard ? Purged::hard : Purged::soft);
  }
  if (file != 0) removals_.complete(file);
  shared_.count(Counter::purged);
  return found;
}

void EdgeWorker::watch(std::uint32_t fetch) {
  if (watching_[fetch]++ == 0) shared_.fetches().watch(fetch, number_);
}

std::uint64_t EdgeWorker::unwatch(std::uint32_t fetch) {
  if (left_ || --watching_[fetch] > 0) return 0;
  return shared_.fetches().unwatch(fetch, number_);
}

bool EdgeWorker::watched(std::uint32_t fetch) const { return watching_[fetch] > 1 || shared_.fetches().watched_by_others(fetch, number_); }

void EdgeWorker::wake_watchers(std::uint32_t fetch) {
  std::array<std::uint64_t, kMostWorkers> addresses;
  std::size_t count = 0;
  {
    const Locked locked(shared_);
    const Fetch& watched = shared_.fetches().at(fetch);
    for (std::uint16_t i = 0; i < kMostWorkers; ++i) {
      const bool watches = ((watched.watchers[i / 64] >> (i % 64)) & 1) != 0;
      if (watches && i != number_) addresses[count++] = shared_.fetches().worker(i).address;
    }
  }
  for (std::size_t i = 0; i < count; ++i) socket_.wake(addresses[i]);
}

void EdgeWorker::wake_all() {
  std::vector<std::uint64_t> addresses;
  {
    const Locked locked(shared_);
    for (std::uint16_t i = 0; i < kMostWorkers; ++i) {
      const Worker& worker = shared_.fetches().worker(i);
      if (worker.process != 0 && i != number_) addresses.push_back(worker.address);
    }
  }
  for (const std::uint64_t address : addresses) socket_.wake(address);
}

bool EdgeWorker::bury_dead() {
  bool buried = false;
  std::vector<std::uint64_t> broken_off;
  {
    const Locked locked(shared_);
    for (std::uint16_t i = 0; i < kMostWorkers; ++i) {
      const std::int32_t process = shared_.fetches().worker(i).process;
      if (process == 0 || i == number_ || ::kill(process, 0) == 0 || errno != ESRCH) continue;
      shared_.fetches().leave(i, broken_off);
      buried = true;
    }
  }
  for (const std::uint64_t id : broken_off) removals_.arriving(id);
  return buried;
}

void EdgeWorker::close_gone() {
  constexpr std::size_t kAtOnce = 256;  // microseconds
  std::vector<HeadPlace> places = objects_.take_turn(kAtOnce);
  {
    const Locked locked(shared_);
    const Index& index = shared_.index();
    removals_.bound(index.most_bytes(), index.bytes(), index.count());
    std::erase_if(places, [&](const HeadPlace& place) {
      const Entry* entry = shared_.index().find(place.key);
      return entry != nullptr && entry->kind == Kind::object && entry->id == place.id;
    });
  }
  for (const HeadPlace& place : places) removals_.release(objects_.close(place.id));
}

void EdgeWorker::let_go(ObjectPointer object) {
  if (object.use_count() == 1) removals_.release(std::move(object));
}

void EdgeWorker::remove_files(std::span<const std::uint64_t> ids) {
  for (const std::uint64_t id : ids) {
    removals_.complete(id);
    removals_.release(objects_.close(id));
  }
  shared_.count(Counter::evicted, ids.size());
}

}  // namespace segue::edge
