// SPDX-License-Identifier: Apache-2.0
// Tokens whose signature the keys of one ring were found to have made, and what they say. A listener sends the same one with every segment,
// and to verify it costs more than all else that an edge does for a hit (HS256 2 microseconds, ES256 a hundred); to read it half a
// microsecond. Whether what it says allows a request is looked at each time. Bounded; compared whole, so that nothing passes for something
// else. One thread.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace segue::access {

template <class Said>
class KnownTokens {
 public:
  // Null: not known. Valid until the next add() or clear().
  [[nodiscard]] const Said* find(std::string_view token) const noexcept {
    if (slots_.empty()) return nullptr;
    const Slot& slot = slots_[place_of(token)];
    return slot.token == token ? &slot.said : nullptr;
  }
  void add(std::string_view token, Said said) {
    if (slots_.empty()) slots_.resize(kSlots);
    slots_[place_of(token)] = {std::string(token), std::move(said)};
  }
  void clear() noexcept { slots_.clear(); }

 private:
  struct Slot {
    std::string token;
    Said said;
  };
  static constexpr std::size_t kSlots = 4096;
  static std::size_t place_of(std::string_view token) noexcept { return std::hash<std::string_view>()(token) % kSlots; }
  std::vector<Slot> slots_;
};

}  // namespace segue::access
