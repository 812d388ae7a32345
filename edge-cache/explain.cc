// SPDX-License-Identifier: Apache-2.0
#include "edge-cache/explain.h"

#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>

#include "edge-cache/decision/freshness.h"
#include "edge-cache/decision/vary.h"
#include "edge-cache/message/cache_control.h"

namespace segue::edge {
namespace {

// What the index says, copied under the lock.
struct Seen {
  Key key{};
  std::optional<Entry> entry;
  bool variants = false, remembered = false;
  std::uint64_t variants_soft_order = 0;
  std::string vary;
  std::optional<FetchFacts> fetch;
};

Seen look(EdgeWorker& worker, const Request& request, const Key& primary) {
  Seen seen;
  const Locked locked(worker.shared());
  Index& index = worker.shared().index();
  seen.key = primary;
  const Entry* found = index.find(primary);
  if (found != nullptr && found->kind == Kind::variants) {
    seen.variants = true;
    seen.variants_soft_order = found->soft_order;
    seen.vary = index.vary_names(found->vary);
    seen.key = worker.variant_key(found->id, seen.vary, request);
    found = index.find(seen.key);
  }
  if (found != nullptr) seen.entry = *found;
  seen.remembered = found == nullptr && index.remembered(seen.key);
  Fetches& fetches = worker.shared().fetches();
  if (const std::uint32_t number = fetches.find(seen.key); number != kNoFetch) {
    const Fetch& fetch = fetches.at(number);
    const bool arrives = fetch.stage == Stage::arriving;  // before that its figures are those of the slot's last fetch
    seen.fetch = FetchFacts{arrives ? fetch.arrived.load() : 0, arrives ? fetch.body_bytes : -1};
  }
  return seen;
}

// How much of a file is in memory; a gigabyte at most is looked at.
std::uint64_t in_memory(int file, std::uint64_t size) {
  constexpr std::uint64_t kMostLookedAt = std::uint64_t{1} << 30;
  size = std::min(size, kMostLookedAt);
  const auto page = static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
  void* const mapped = size == 0 ? MAP_FAILED : ::mmap(nullptr, size, PROT_READ, MAP_SHARED, file, 0);
  if (mapped == MAP_FAILED) return 0;
  std::vector<unsigned char> pages((size + page - 1) / page);
  const bool told = ::mincore(mapped, size, pages.data()) == 0;
  ::munmap(mapped, size);
  if (!told) return 0;
  return page * static_cast<std::uint64_t>(std::count_if(pages.begin(), pages.end(), [](unsigned char bits) { return (bits & 1) != 0; }));
}

std::string source_of_lifetime(const Policy& policy, const StoredResponse& response) {
  const ResponseDirectives found = directives_of(response.fields, policy.targets);
  const std::string_view source = lifetime_of(response.fields, response.status, found, response.date, policy).source;
  if (source == "s-maxage" || source == "max-age") return std::string(found.field) + ": " + std::string(source);
  if (source == "heuristic") return "heuristic, from Last-Modified";
  return std::string(source);
}

StoredFacts facts_of(const Policy& policy, const Object& object, const Entry& entry, std::int64_t now) {
  const StoredResponse& response = object.response();
  StoredFacts facts;
  facts.status = response.status;
  facts.age = response.age(now);
  facts.lifetime = response.lifetime;
  facts.lifetime_from = source_of_lifetime(policy, response);
  facts.stale_while_revalidate = response.stale_while_revalidate;
  facts.stale_if_error = response.stale_if_error;
  facts.no_cache = response.no_cache;
  facts.must_revalidate = response.must_revalidate;
  for (const std::string_view tag : tag_names(response.fields)) facts.tags.emplace_back(tag);
  facts.body_bytes = entry.body_bytes;
  facts.disk_bytes = entry.disk_bytes;
  facts.memory_bytes = in_memory(object.file->number, object.place.body_offset() + entry.body_bytes);
  facts.file = ObjectFiles::name_of(entry.id);
  facts.queue = entry.queue == Queue::main ? "main" : "small";
  facts.uses = entry.uses;
  return facts;
}

Purged purged_state(EdgeWorker& worker, const Object& object, const Seen& seen) {
  const Entry& entry = *seen.entry;
  const Locked locked(worker.shared());
  const Purged purged = worker.shared().purges().state_of(object.response(), entry.order);
  const bool softly = entry.soft_order > entry.order || seen.variants_soft_order > entry.order;
  return std::max(purged, softly ? Purged::soft : Purged::no);
}

}  // namespace

std::string_view name_of(Action action) noexcept {
  switch (action) {
    case Action::hit: return "hit";
    case Action::stale_while_revalidate: return "stale-while-revalidate";
    case Action::revalidate: return "revalidate";
    case Action::miss: return "miss";
    case Action::fetch_alone: return "fetch-alone";
    case Action::pass: return "pass";
    case Action::loop: return "loop";
    case Action::gateway_timeout: break;
  }
  return "gateway-timeout";
}

Explanation explain(EdgeWorker& worker, const Policy& policy, const Request& request, std::int64_t now) {
  Explanation result;
  result.url = url_of(policy, request);
  const Seen seen = look(worker, request, hash(worker.shared().index().secret(), result.url));
  result.key = hexadecimal(seen.key);
  result.state = "absent";
  result.remembered = seen.remembered;
  result.fetch = seen.fetch;
  result.vary = seen.vary;
  if (!seen.vary.empty()) result.vary_values = vary_values(seen.vary, request);
  Found found;
  found.other_variant = seen.variants;
  ObjectPointer object;
  if (seen.entry && seen.entry->kind == Kind::pass && static_cast<std::int64_t>(seen.entry->until) > now) {
    found.pass = true;
    result.state = "uncacheable";
    result.uncacheable_for = static_cast<std::int64_t>(seen.entry->until) - now;
  }
  if (seen.entry && seen.entry->kind == Kind::object) {
    const Entry& entry = *seen.entry;
    const ColdObject cold = {.place = {entry.key, entry.id, entry.head_units, entry.slot}, .body_bytes = entry.body_bytes};
    object = worker.objects().find(cold, Wait::yes).object;
  }
  if (object != nullptr) {
    result.purged = purged_state(worker, *object, seen);
    result.stored = facts_of(policy, *object, *seen.entry, now);
    if (result.purged != Purged::hard) {
      found.stored = &object->response();
      found.soft_purged = result.purged != Purged::no;
      const bool fresh = result.stored->age < result.stored->lifetime && !result.stored->no_cache && !found.soft_purged;
      result.state = fresh ? "fresh" : "stale";
    }
  }
  result.decision = decide(policy, request, found, now);
  return result;
}

}  // namespace segue::edge
