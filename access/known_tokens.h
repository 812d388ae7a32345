// SPDX-License-Identifier: Apache-2.0
// Tokens whose signature the keys of one ring were found to have made. A listener sends the same one with every segment, and to verify
// it costs more than all else that an edge does for a hit (HS256 2 microseconds, ES256 a hundred). What a token allows is looked at each
// time. Bounded; compared whole, so that nothing passes for something else. One thread.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace segue::access {

class KnownTokens {
 public:
  [[nodiscard]] bool has(std::string_view token) const noexcept { return !slots_.empty() && slots_[place_of(token)] == token; }
  void add(std::string_view token) {
    if (slots_.empty()) slots_.resize(kSlots);
    slots_[place_of(token)] = token;
  }
  void clear() noexcept { slots_.clear(); }

 private:
  static constexpr std::size_t kSlots = 4096;
  static std::size_t place_of(std::string_view token) noexcept { return std::hash<std::string_view>()(token) % kSlots; }
  std::vector<std::string> slots_;
};

}  // namespace segue::access
