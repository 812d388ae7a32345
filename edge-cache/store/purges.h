// SPDX-License-Identifier: Apache-2.0
// Purges by tag, by prefix and of everything, as a log of orders in shared memory: a purge is one number, whatever it hits, and an object
// asks on its way out whether a purge came after it was asked for. So a purge of ten thousand objects costs as much as that of one,
// and holds for objects that are just arriving. Whoever calls holds the lock.
//
// Bounded: when the table of tags is full, the oldest purges are forgotten by letting them hold for everything older than they are.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "edge-cache/decision/stored_response.h"

namespace segue::edge {

enum class Hardness : std::uint8_t { soft, hard };  // soft: counts as stale; hard: is gone
// doubtful: nobody purged it that is known of, but orders were lost. It is asked for again, and stands in when nobody answers.
enum class Purged : std::uint8_t { no, doubtful, soft, hard };

class Purges {
 public:
  [[nodiscard]] static std::size_t bytes_for() noexcept;
  explicit Purges(std::span<std::byte> memory) noexcept : memory_(memory.data()) {}
  void make_empty() noexcept;  // unless it is a log already
  // What comes next holds for objects of an order up to that one: what a disk kept of the log may be older than what it kept of the index.
  void go_on_after(std::uint64_t order) noexcept;
  // Whoever takes the lock of one who died: where he was making room, everything so far counts as purged.
  void take_back_unfinished() noexcept;

  [[nodiscard]] std::uint64_t order() const noexcept;  // how many there were
  std::uint64_t next_order() noexcept;                 // for purges that are kept elsewhere
  void purge_tag(std::uint64_t tag, Hardness hardness) noexcept;
  void purge_prefix(std::string_view url_prefix, Hardness hardness) noexcept;
  void purge_all(Hardness hardness) noexcept;
  void doubt_all() noexcept;  // orders were lost

  [[nodiscard]] Purged state_of(const StoredResponse& response, std::uint64_t order) const noexcept;

 private:
  struct Table;
  [[nodiscard]] Table& table() const noexcept;
  void make_room() noexcept;
  std::byte* memory_;
};

}  // namespace segue::edge
