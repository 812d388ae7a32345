// SPDX-License-Identifier: Apache-2.0
#include "edge-cache/message/text.h"

#include <algorithm>

namespace segue::edge {
namespace {

constexpr std::int64_t kGreatestDelta = std::int64_t{1} << 31;
constexpr std::uint64_t kGreatestNumber = std::uint64_t{1} << 62;

bool is_digit(char c) noexcept { return c >= '0' && c <= '9'; }

bool is_token_char(char c) noexcept {
  return is_digit(c) || (lower(c) >= 'a' && lower(c) <= 'z') || std::string_view("!#$%&'*+-.^_`|~").find(c) != std::string_view::npos;
}

// Where the element that starts `text` ends: at a comma outside of quotes, or at the end.
std::size_t end_of_element(std::string_view text) noexcept {
  bool quoted = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (quoted && text[i] == '\\') {
      ++i;
    } else if (text[i] == '"') {
      quoted = !quoted;
    } else if (text[i] == ',' && !quoted) {
      return i;
    }
  }
  return text.size();
}

}  // namespace

bool same_letters(std::string_view a, std::string_view b) noexcept {
  return std::equal(a.begin(), a.end(), b.begin(), [](char x, char y) { return lower(x) == lower(y); });
}

std::string lowered(std::string_view text) {
  std::string result(text);
  for (char& c : result) c = lower(c);
  return result;
}

std::string_view trimmed(std::string_view text) noexcept {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

bool is_token(std::string_view text) noexcept { return !text.empty() && std::all_of(text.begin(), text.end(), is_token_char); }

std::optional<std::int64_t> delta_seconds(std::string_view text) noexcept {
  if (text.empty() || !std::all_of(text.begin(), text.end(), is_digit)) return std::nullopt;
  std::int64_t value = 0;
  for (const char c : text) value = std::min(kGreatestDelta, value * 10 + (c - '0'));
  return value;
}

std::optional<std::uint64_t> whole_number(std::string_view text) noexcept {
  if (text.empty() || !std::all_of(text.begin(), text.end(), is_digit)) return std::nullopt;
  std::uint64_t value = 0;
  for (const char c : text) {
    if (value > kGreatestNumber / 10) return std::nullopt;
    value = value * 10 + static_cast<std::uint64_t>(c - '0');
  }
  return value;
}

bool ListReader::next(std::string_view& element) noexcept {
  while (!rest_.empty()) {
    const std::size_t end = end_of_element(rest_);
    element = trimmed(rest_.substr(0, end));
    rest_.remove_prefix(std::min(rest_.size(), end + 1));
    if (!element.empty()) return true;
  }
  return false;
}

}  // namespace segue::edge
