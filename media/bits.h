// SPDX-License-Identifier: Apache-2.0
// Bits from the most significant on, as codec configuration records are laid out. Reading past the end gives zeros and is remembered.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace segue::media {

class BitReader {
 public:
  explicit BitReader(std::span<const std::uint8_t> bytes) noexcept : bytes_(bytes) {}

  std::uint32_t get(unsigned count) noexcept {  // count <= 32
    std::uint32_t value = 0;
    for (; count > 0; --count) value = value << 1 | bit();
    return value;
  }
  [[nodiscard]] std::size_t left() const noexcept { return bytes_.size() * 8 - position_; }
  [[nodiscard]] bool overrun() const noexcept { return overrun_; }

 private:
  std::uint32_t bit() noexcept {
    if (left() == 0) {
      overrun_ = true;
      return 0;
    }
    const std::uint32_t value = bytes_[position_ / 8] >> (7 - position_ % 8) & 1u;
    ++position_;
    return value;
  }
  std::span<const std::uint8_t> bytes_;
  std::size_t position_ = 0;
  bool overrun_ = false;
};

class BitWriter {
 public:
  void put(std::uint32_t value, unsigned count) {
    for (; count > 0; --count) {
      if (position_ % 8 == 0) bytes_.push_back(0);
      if (value >> (count - 1) & 1u) bytes_.back() = static_cast<std::uint8_t>(bytes_.back() | 0x80u >> position_ % 8);
      ++position_;
    }
  }
  [[nodiscard]] std::vector<std::uint8_t> take() { return std::move(bytes_); }

 private:
  std::vector<std::uint8_t> bytes_;
  std::size_t position_ = 0;
};

}  // namespace segue::media
