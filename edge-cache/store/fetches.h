// SPDX-License-Identifier: Apache-2.0
// The fetches under way, in memory that the workers of one nginx share: who leads each, who waits for it, and how far it is. Whoever calls
// holds the lock, except for reading Fetch::arrived.
//
//   asking ─▶ arriving ─▶ complete            everyone joins and reads the file while it grows
//          ├▶ alone                           cannot be stored: only the one who asked reads it, the others go themselves
//          ├▶ elsewhere                       no file could be written: everyone goes himself
//          ├▶ validated                       304: what is stored is good again
//          └▶ failed / orphaned               nobody leads any more: a waiter takes over
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "edge-cache/decision/key.h"
#include "edge-cache/store/purges.h"
#include "edge-cache/store/room.h"

namespace segue::edge {

enum class Stage : std::uint8_t { free, asking, arriving, complete, validated, elsewhere, failed, orphaned };

inline constexpr std::uint32_t kMostFetches = 2048;
inline constexpr std::uint32_t kNoFetch = 0xffffffff;

struct Fetch {
  Key primary;               // of the address, without Vary
  Key asked;                 // what its waiters asked for
  Key key;                   // arriving, complete: what it is stored under (differs with Vary)
  std::uint32_t next;        // of the bucket's chain
  std::uint32_t generation;  // of the slot: a stale number is noticed
  Stage stage;
  bool joinable;         // listed in the buckets
  bool alone;            // cannot be stored: only for whom it was started
  bool kept;             // goes into the index when it is complete
  bool loose;            // complete and not kept: its file is still in arriving/, for those who wait, and goes with the slot
  std::uint8_t slot;     // of the head in its file
  std::uint8_t purged;   // a Purged that came while it was under way
  std::uint16_t leader;  // worker
  std::uint16_t head_units;
  std::uint16_t vary;                         // which list, when `key` is a variant's
  std::uint64_t salt;                         // of the variants; 0: every waiter may read it
  std::int32_t status;                        // the origin's; failed: 502 or 504
  std::uint64_t id;                           // of its file, from before there is one; 0: none yet
  std::uint64_t order;                        // purges before it was asked for
  std::int64_t body_bytes;                    // -1: not known yet
  std::atomic<std::uint64_t> arrived;         // bytes of body in the file; only grows
  std::uint64_t watchers[kMostWorkers / 64];  // workers that have waiters or readers
};

struct Worker {
  std::int32_t process;  // 0: free
  std::uint32_t generation;
  std::uint64_t address;  // random part of its wake-up socket's name
};

class Fetches {
 public:
  [[nodiscard]] static std::size_t bytes_for() noexcept;
  explicit Fetches(std::span<std::byte> memory) noexcept : memory_(memory.data()) {}
  void make_empty() noexcept;

  [[nodiscard]] Fetch& at(std::uint32_t number) const noexcept;
  [[nodiscard]] std::uint32_t find(const Key& asked) const noexcept;  // joinable, or kNoFetch
  // kNoFetch: all slots are taken.
  [[nodiscard]] std::uint32_t start(const Key& asked, std::uint16_t leader, bool joinable) noexcept;
  void unlist(std::uint32_t number) noexcept;              // no one joins any more
  void purge(const Key& primary, Purged purged) noexcept;  // what is under way to that address
  void watch(std::uint32_t number, std::uint16_t worker) noexcept;
  // Frees the slot when it is over and nobody else watches. The id of a file in arriving/ that is to go with it; 0: none.
  [[nodiscard]] std::uint64_t unwatch(std::uint32_t number, std::uint16_t worker) noexcept;
  void read_ids(std::vector<std::uint64_t>& ids) const;  // of files that belong to a fetch of a living worker, added to `ids`
  [[nodiscard]] bool watched_by_others(std::uint32_t number, std::uint16_t worker) const noexcept;

  [[nodiscard]] Worker& worker(std::uint16_t number) const noexcept;
  // kMostWorkers: none is free.
  [[nodiscard]] std::uint16_t enter(std::int32_t process, std::uint64_t address) noexcept;
  [[nodiscard]] Promises& promises() const noexcept;  // of room for what its workers fetch
  // Its fetches are orphaned, its watching ends. `broken_off` gets the ids of files in arriving/ that are to go.
  void leave(std::uint16_t worker, std::vector<std::uint64_t>& broken_off);

 private:
  struct Table;
  [[nodiscard]] Table& table() const noexcept;
  std::byte* memory_;
};

}  // namespace segue::edge
