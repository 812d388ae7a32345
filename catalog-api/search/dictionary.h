// SPDX-License-Identifier: Apache-2.0
// The terms of a segment, sorted by bytes and numbered in that order: a prefix is a range of numbers.
// A view: the bytes belong to the segment.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace segue::search {

using TermId = std::uint32_t;

struct TermRange {
  TermId begin = 0, end = 0;
  [[nodiscard]] bool empty() const noexcept { return begin >= end; }
  [[nodiscard]] std::uint32_t size() const noexcept { return empty() ? 0 : end - begin; }
  bool operator==(const TermRange&) const = default;
};

class Dictionary {
 public:
  Dictionary() = default;
  Dictionary(std::span<const std::uint32_t> offsets, std::span<const char> bytes) : offsets_(offsets), bytes_(bytes) {}

  [[nodiscard]] std::uint32_t size() const noexcept { return offsets_.empty() ? 0 : static_cast<std::uint32_t>(offsets_.size() - 1); }
  [[nodiscard]] TermRange all() const noexcept { return {0, size()}; }
  [[nodiscard]] std::string_view term(TermId id) const noexcept { return {bytes_.data() + offsets_[id], offsets_[id + 1] - offsets_[id]}; }
  // The terms of `within` that go on with `next` after their first `depth` bytes, which all of `within` share.
  [[nodiscard]] TermRange narrow(TermRange within, std::size_t depth, std::string_view next) const noexcept;
  [[nodiscard]] TermRange with_prefix(std::string_view prefix) const noexcept { return narrow(all(), 0, prefix); }
  [[nodiscard]] std::optional<TermId> find(std::string_view term) const noexcept;

 private:
  std::span<const std::uint32_t> offsets_;
  std::span<const char> bytes_;
};

}  // namespace segue::search
