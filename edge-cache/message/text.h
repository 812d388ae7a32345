// SPDX-License-Identifier: Apache-2.0
// What every parser of HTTP text needs: case-blind comparison, whitespace, numbers, lists (RFC 9110 5.6). Views borrow.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace segue::edge {

[[nodiscard]] constexpr char lower(char c) noexcept { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c; }
[[nodiscard]] bool same_letters(std::string_view a, std::string_view b) noexcept;  // of one size
// Without regard to case. Most names differ in their size or first letter.
[[nodiscard]] inline bool same(std::string_view a, std::string_view b) noexcept {
  return a.size() == b.size() && (a.empty() || (lower(a[0]) == lower(b[0]) && same_letters(a, b)));
}
[[nodiscard]] std::string lowered(std::string_view text);
[[nodiscard]] std::string_view trimmed(std::string_view text) noexcept;  // of spaces and tabs
[[nodiscard]] bool is_token(std::string_view text) noexcept;             // RFC 9110 5.6.2, not empty

// Digits only. A number beyond 2^31 is 2^31 (RFC 9111 1.2.2: "or the greatest positive integer it can represent").
[[nodiscard]] std::optional<std::int64_t> delta_seconds(std::string_view text) noexcept;
// Digits only, exact: nothing above 2^62.
[[nodiscard]] std::optional<std::uint64_t> whole_number(std::string_view text) noexcept;

// The elements of a comma-separated list one after another, commas inside quoted strings not counted; empty elements are left out.
class ListReader {
 public:
  explicit ListReader(std::string_view list) noexcept : rest_(list) {}
  // False: the end.
  bool next(std::string_view& element) noexcept;

 private:
  std::string_view rest_;
};

}  // namespace segue::edge
