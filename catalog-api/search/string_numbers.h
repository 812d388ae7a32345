// SPDX-License-Identifier: Apache-2.0
// Strings numbered in the order in which they first came, in a few blocks of memory: a map of four million words takes 80 bytes a word
// and leaves the heap in pieces.
#pragma once

#include <cstdint>
#include <functional>
#include <string_view>
#include <utility>
#include <vector>

namespace segue::search {

class StringNumbers {
 public:
  // The number of `text`; true: it is new, and the next one.
  std::pair<std::uint32_t, bool> number_of(std::string_view text) {
    if ((size() + 1) * std::size_t{3} > slots_.size() * 2) grow();
    std::uint32_t& slot = slot_of(text);
    if (slot != 0) return {slot - 1, false};
    bytes_.insert(bytes_.end(), text.begin(), text.end());
    ends_.push_back(bytes_.size());
    slot = size();
    return {slot - 1, true};
  }
  [[nodiscard]] std::uint32_t size() const noexcept { return static_cast<std::uint32_t>(ends_.size() - 1); }
  // Valid until the next string comes.
  [[nodiscard]] std::string_view operator[](std::uint32_t number) const noexcept {
    return {bytes_.data() + ends_[number], ends_[number + std::size_t{1}] - ends_[number]};
  }

 private:
  std::uint32_t& slot_of(std::string_view text) noexcept {
    const std::size_t mask = slots_.size() - 1;
    std::size_t at = std::hash<std::string_view>()(text) & mask;
    while (slots_[at] != 0 && (*this)[slots_[at] - 1] != text) at = (at + 1) & mask;
    return slots_[at];
  }

  void grow() {
    std::vector<std::uint32_t>(slots_.empty() ? 64 : slots_.size() * 2, 0).swap(slots_);
    for (std::uint32_t number = 0; number < size(); ++number) slot_of((*this)[number]) = number + 1;
  }

  std::vector<char> bytes_;
  std::vector<std::uint64_t> ends_{0};
  std::vector<std::uint32_t> slots_;  // a power of two of them: a number and one, or 0
};

}  // namespace segue::search
