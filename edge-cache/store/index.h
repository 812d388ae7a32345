// SPDX-License-Identifier: Apache-2.0
// The index of stored objects: a block of memory that all workers share and that outlives them (a mapped file). Fixed size, no pointers:
// positions in arrays. Whoever calls holds the one lock; nothing here blocks, allocates or does I/O. Every change is whole or not at all,
// also when its worker is killed in the middle.
//
// Eviction is S3-FIFO (Yang et al., SOSP 2023) by bytes: a new object enters a small queue of a tenth of the cache; who is asked for again
// there moves to the main queue; who is not leaves early and is remembered by a ghost, which lets it into the main queue next time.
// A large newcomer (more than a quarter of the small queue) is only remembered the first time: it would push hundreds of others out.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "edge-cache/decision/key.h"

namespace segue::edge {

enum class Kind : std::uint8_t { none, object, variants, pass };
enum class Queue : std::uint8_t { none, small, main };

// 88 bytes; with its bucket and ghost an object costs 100.
struct Entry {
  Key key;
  std::uint64_t id;            // object: of its file. variants: what keys of its variants are salted with
  std::uint64_t body_bytes;    // object
  std::uint64_t disk_bytes;    // object: what it counts for
  std::uint64_t order;         // how many purges had been when it was asked for
  std::uint64_t soft_order;    // soft purges up to this one hold for it (object) or for its variants
  std::uint64_t until;         // pass: Unix seconds
  std::uint32_t next;          // of the bucket's chain
  std::uint32_t newer, older;  // in its queue
  std::uint16_t vary;          // variants: which list of names
  std::uint16_t head_units;    // object: size of a head slot (object_files.h)
  std::uint32_t checksum;      // object: CRC-32 of its body
  Kind kind;
  Queue queue;
  std::uint8_t uses;  // 0 to 3
  std::uint8_t slot;  // object: which of the two heads counts
};

// What starts a track comes as if it had been asked for already: it moves to the main queue unasked, and may wait there for its turn. More
// would cost the rest more than it gives (bench-edge-policy).
inline constexpr std::uint8_t kUsesOfOpening = 2;
inline constexpr std::size_t kMostVaryLists = 256, kLongestVaryList = 127;

class Index {
 public:
  // The bytes that an index of that many objects takes.
  [[nodiscard]] static std::size_t bytes_for(std::uint32_t objects) noexcept;
  // `memory` must be aligned to 64 bytes. Takes what is there if it is an index of that size, written by a machine that was not switched
  // off without stopping the edge (`boot`: an id of this boot) — or else one whose links are made anew from its entries; anything else
  // becomes an empty index. `secret` is only used for an empty one.
  Index(std::span<std::byte> memory, std::uint32_t objects, std::uint64_t most_bytes, const HashSecret& secret, const Key& boot) noexcept;
  // A look at memory that another Index prepared.
  Index(std::span<std::byte> memory) noexcept;

  [[nodiscard]] bool anew() const noexcept { return anew_; }  // empty, whatever there was before
  [[nodiscard]] bool after_power_loss() const noexcept { return after_power_loss_; }
  [[nodiscard]] std::uint64_t newest_order() const noexcept;  // of purges that an entry knows of; looks at all of them
  [[nodiscard]] const HashSecret& secret() const noexcept;
  [[nodiscard]] std::uint64_t new_id() noexcept;
  [[nodiscard]] std::uint64_t next_id() const noexcept;
  void skip_ids(std::uint64_t first) noexcept;           // none below it is given out any more
  [[nodiscard]] std::uint32_t objects() const noexcept;  // how many entries there can be
  // Ids of the objects among the entries from `from` on, of as many entries as `ids` has room for. Returns their number.
  std::size_t read_ids(std::uint32_t from, std::span<std::uint64_t> ids) const noexcept;
  [[nodiscard]] std::uint64_t bytes() const noexcept;
  [[nodiscard]] std::uint64_t most_bytes() const noexcept;
  [[nodiscard]] std::uint32_t count() const noexcept;
  // Entries as old as this were written before a power loss: their files are looked at before they are believed.
  [[nodiscard]] bool doubtful(const Entry& entry) const noexcept;

  [[nodiscard]] Entry* find(const Key& key) noexcept;  // null: not there
  void use(Entry& entry) noexcept {
    if (entry.uses < 3) ++entry.uses;
  }

  // False: a large object that nobody asked for before.
  [[nodiscard]] bool admits(const Key& key, std::uint64_t disk_bytes) noexcept;
  // It was kept out or evicted not long ago: the next time it comes it is let in, among those that stay.
  [[nodiscard]] bool remembered(const Key& key) const noexcept;
  // What was under that key is replaced. `evicted` takes the ids of files that are no longer in the index; returns their number.
  // Null: the index is full of others' reinsertions; cannot happen while `evicted` has room for 2.
  Entry* insert(const Entry& value, std::span<std::uint64_t> evicted, std::size_t& evicted_count) noexcept;
  // The id of its file, 0: it had none.
  std::uint64_t erase(Entry& entry) noexcept;
  // Frees at least `wanted` bytes, unless the cache or `evicted` ends before.
  std::size_t make_room(std::uint64_t wanted, std::span<std::uint64_t> evicted) noexcept;

  // The number of a list of names; kMostVaryLists: too long, or too many different ones.
  [[nodiscard]] std::uint16_t vary_list(std::string_view names) noexcept;
  [[nodiscard]] std::string_view vary_names(std::uint16_t list) const noexcept;

  // Whoever takes the lock of one who died takes back what he had not finished (journal.h).
  void take_back_unfinished() noexcept;
  void set_clean(bool clean) noexcept;

 private:
  struct Header;
  struct Ghost {
    std::uint32_t mark, turn;
  };
  [[nodiscard]] Header& header() const noexcept;
  [[nodiscard]] std::uint32_t* buckets() const noexcept;
  [[nodiscard]] Entry* entries() const noexcept;
  [[nodiscard]] Ghost* ghosts() const noexcept;
  [[nodiscard]] std::uint32_t& bucket_of(const Key& key) const noexcept;
  [[nodiscard]] std::uint32_t position_of(const Entry& entry) const noexcept;

  template <class T>
  void set(T& place, const T& value) noexcept;
  void commit() noexcept;
  void take_out(Entry& entry) noexcept;
  void make_empty(std::uint32_t objects, const HashSecret& secret) noexcept;
  void relink() noexcept;
  void link(std::uint32_t position) noexcept;
  void enqueue(std::uint32_t position, Queue queue) noexcept;
  void dequeue(std::uint32_t position) noexcept;
  [[nodiscard]] std::uint64_t evict_one() noexcept;
  [[nodiscard]] bool evict_from(Queue queue, std::uint64_t& id) noexcept;
  void remember(const Key& key) noexcept;
  std::byte* memory_;
  bool anew_ = false, after_power_loss_ = false;
};

}  // namespace segue::edge
