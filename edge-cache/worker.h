// SPDX-License-Identifier: Apache-2.0
// One worker's edge: policy, what is shared with the others, the objects it has open, and how it wakes the others.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "edge-cache/decision/policy.h"
#include "edge-cache/store/cold_object.h"
#include "edge-cache/store/open_objects.h"
#include "edge-cache/store/removals.h"
#include "edge-cache/store/shared.h"
#include "edge-cache/wake_socket.h"

namespace segue::edge {

// An uncacheable answer lets everyone go alone for so long, then one request tries again for all.
inline constexpr std::int64_t kPassSeconds = 10;
// What the index says of an address for one request.
struct Lookup {
  Key key{};                       // of this request's variant
  ObjectPointer object;            // null: nothing that may be used
  std::optional<ColdObject> cold;  // there is one, which is to be opened first
  std::uint64_t body_bytes = 0;
  bool pass = false;
  bool other_variant = false;
  bool soft_purged = false;
  bool doubtful = false;      // it may have been purged, by an order that was lost
  std::uint64_t seen_id = 0;  // of the entry; to notice that another came
};

class EdgeWorker {
 public:
  EdgeWorker(Shared& shared, std::size_t open_objects, std::int32_t process);
  ~EdgeWorker();

  [[nodiscard]] Shared& shared() noexcept { return shared_; }
  [[nodiscard]] OpenObjects& objects() noexcept { return objects_; }
  [[nodiscard]] Removals& removals() noexcept { return removals_; }
  [[nodiscard]] const WakeSocket& socket() const noexcept { return socket_; }
  [[nodiscard]] std::uint16_t number() const noexcept { return number_; }
  void leave();  // for good: what it leads is orphaned
  [[nodiscard]] bool usable() const noexcept { return number_ < kMostWorkers && socket_.number() >= 0; }

  [[nodiscard]] Lookup look_up(const Request& request, const Key& primary, std::int64_t now, Wait wait);
  // What came of opening it. One that is lost is forgotten when it was said to be complete.
  void take_in(const ColdObject& cold, Opened opened);
  // Where the entry to that lookup is now, if it is another than was seen: then it is worth looking again. The lock is held.
  [[nodiscard]] bool changed(const Lookup& lookup);
  [[nodiscard]] Key variant_key(std::uint64_t salt, std::string_view names, const Request& request);

  // Gone from the index, and its file from the disk. The lock is not held.
  void forget(const Key& key, std::uint64_t id);
  // A URL that an unsafe request changed, or that an operator purges. True: something was there.
  bool purge_url(std::string_view url, Hardness hardness);

  // Of this worker's requests and fetches; the slot stays as long as anybody watches it. The lock is held.
  void watch(std::uint32_t fetch);
  [[nodiscard]] std::uint64_t unwatch(std::uint32_t fetch);  // a file in arriving/ to remove, without the lock; 0: none
  [[nodiscard]] bool watched(std::uint32_t fetch) const;     // by others than the one that leads it

  void wake_watchers(std::uint32_t fetch);
  void wake_all();
  // Workers that are gone: their fetches are orphaned. True: there were some.
  bool bury_dead();
  // Files of objects that are no longer in the index take room for as long as they are open: looks at some, others each time. Bounds also
  // what waits to be removed.
  void close_gone();
  void remove_files(std::span<const std::uint64_t> ids);
  // Whoever has it last does not close it: that may wait for the disk.
  void let_go(ObjectPointer object);

 private:
  [[nodiscard]] Opened find(const ColdObject& cold, Wait wait);
  void believe(const ColdObject& cold);

  Shared& shared_;
  Removals removals_;
  OpenObjects objects_;
  WakeSocket socket_;
  std::vector<std::uint32_t> watching_;  // by fetch
  std::uint16_t number_ = kMostWorkers;
  bool left_ = false;
};

}  // namespace segue::edge
