// SPDX-License-Identifier: Apache-2.0
// Lists of growing numbers (documents, terms) in few bytes, read from the front only: what is near in a list takes one byte, not four.
//   list   = count:varint (first:varint gap:varint{count - 1})?     gap: to the number before, less one
//   varint = seven bits a byte, the lowest first; the high bit says that more follow
// Many lists lie one behind the other; offsets, one more than lists, say where.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace segue::search {

[[nodiscard]] constexpr std::uint32_t varint_size(std::uint32_t value) noexcept {
  return 1 + (value >= 1U << 7) + (value >= 1U << 14) + (value >= 1U << 21) + (value >= 1U << 28);
}

// A view of one list that are_lists() has seen.
class NumberList {
 public:
  NumberList() = default;
  explicit NumberList(const std::uint8_t* bytes) noexcept : at_(bytes), size_(varint(at_)) {}

  [[nodiscard]] std::uint32_t size() const noexcept { return size_; }
  // Its first `count` numbers, or all.
  [[nodiscard]] NumberList first(std::uint32_t count) const noexcept {
    NumberList out = *this;
    if (count < size_) out.size_ = count;
    return out;
  }
  // Calls visit(number) in order as long as it returns true; was it so to the end?
  template <class Visit>
  bool visit_while(Visit visit) const {
    const std::uint8_t* at = at_;
    std::uint32_t number = 0;
    for (std::uint32_t i = 0; i < size_; ++i, ++number) {
      number += varint(at);
      if (!visit(number)) return false;
    }
    return true;
  }
  template <class Visit>
  void for_each(Visit visit) const {
    visit_while([&](std::uint32_t number) {
      visit(number);
      return true;
    });
  }

 private:
  static std::uint32_t varint(const std::uint8_t*& at) noexcept {
    std::uint32_t value = *at & 0x7FU;
    for (unsigned shift = 7; (*at++ & 0x80U) != 0; shift += 7) value |= (*at & 0x7FU) << shift;
    return value;
  }

  const std::uint8_t* at_ = nullptr;
  std::uint32_t size_ = 0;
};

[[nodiscard]] inline NumberList list_at(std::span<const std::uint32_t> offsets, std::span<const std::uint8_t> bytes, std::size_t i) {
  return NumberList(bytes.data() + offsets[i]);
}

// Is every list between two neighbours of `offsets` whole, ends there, and are its numbers growing and below `limit`?
// `offsets` grow and end within `bytes`.
[[nodiscard]] bool are_lists(std::span<const std::uint32_t> offsets, std::span<const std::uint8_t> bytes, std::uint32_t limit) noexcept;

// Measures lists, then writes them: both times the same numbers, those of one list growing.
class ListWriter {
 public:
  explicit ListWriter(std::size_t lists) : lists_(lists) {}
  void measure(std::size_t list, std::uint32_t number) noexcept;
  // Makes room behind `out`; returns where each list begins, and the end.
  [[nodiscard]] std::vector<std::uint32_t> make_room(std::vector<std::uint8_t>& out);
  void write(std::size_t list, std::uint32_t number, std::vector<std::uint8_t>& out) noexcept;

 private:
  struct List {
    std::uint32_t count = 0;
    std::uint32_t next = 0;  // the least number that may follow
    std::uint32_t at = 0;    // bytes while measuring, then where to write
  };
  std::vector<List> lists_;
};

// Appends `lists` lists to `out`. for_each(visit) calls visit(list, number) for all; it is called twice.
template <class ForEach>
[[nodiscard]] std::vector<std::uint32_t> write_lists(std::size_t lists, ForEach for_each, std::vector<std::uint8_t>& out) {
  ListWriter writer(lists);
  for_each([&](std::size_t list, std::uint32_t number) { writer.measure(list, number); });
  auto offsets = writer.make_room(out);
  for_each([&](std::size_t list, std::uint32_t number) { writer.write(list, number, out); });
  return offsets;
}

}  // namespace segue::search
