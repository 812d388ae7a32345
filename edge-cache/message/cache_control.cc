// SPDX-License-Identifier: Apache-2.0
#include "edge-cache/message/cache_control.h"

#include <algorithm>
#include <array>
#include <limits>
#include <utility>

#include "edge-cache/message/text.h"

namespace segue::edge {
namespace {

using Number = std::optional<std::int64_t> Directives::*;
using Flag = bool Directives::*;

constexpr std::array<std::pair<std::string_view, Number>, 6> kNumbers = {{{"max-age", &Directives::max_age},
                                                                          {"s-maxage", &Directives::s_maxage},
                                                                          {"stale-while-revalidate", &Directives::stale_while_revalidate},
                                                                          {"stale-if-error", &Directives::stale_if_error},
                                                                          {"min-fresh", &Directives::min_fresh},
                                                                          {"max-stale", &Directives::max_stale}}};
constexpr std::array<std::pair<std::string_view, Flag>, 9> kFlags = {{{"no-store", &Directives::no_store},
                                                                      {"no-cache", &Directives::no_cache},
                                                                      {"private", &Directives::is_private},
                                                                      {"public", &Directives::is_public},
                                                                      {"must-revalidate", &Directives::must_revalidate},
                                                                      {"proxy-revalidate", &Directives::proxy_revalidate},
                                                                      {"must-understand", &Directives::must_understand},
                                                                      {"immutable", &Directives::immutable},
                                                                      {"only-if-cached", &Directives::only_if_cached}}};

std::string_view unquoted(std::string_view text) noexcept {
  return text.size() >= 2 && text.front() == '"' && text.back() == '"' ? text.substr(1, text.size() - 2) : text;
}

void withhold(std::string_view list, Directives& directives) {
  ListReader names(list);
  for (std::string_view name; names.next(name);) directives.withheld.push_back(lowered(name));
}

void set_number(std::string_view value, Number member, Directives& directives) {
  std::optional<std::int64_t>& number = directives.*member;
  if (number.has_value()) return;
  if (member == &Directives::max_stale && value.empty()) {
    number = std::numeric_limits<std::int32_t>::max();
  } else {
    number = delta_seconds(unquoted(value)).value_or(0);
  }
}

void set_directive(std::string_view name, std::string_view value, Directives& directives) {
  for (const auto& [known, member] : kNumbers) {
    if (same(known, name)) return set_number(value, member, directives);
  }
  for (const auto& [known, member] : kFlags) {
    if (!same(known, name)) continue;
    const bool names_fields = (member == &Directives::no_cache || member == &Directives::is_private) && !value.empty();
    if (names_fields) return withhold(unquoted(value), directives);
    directives.*member = true;
  }
}

bool is_key(std::string_view text) noexcept {  // RFC 8941 3.1.2
  const auto letter = [](char c) { return lower(c) >= 'a' && lower(c) <= 'z'; };
  return !text.empty() && (letter(text.front()) || text.front() == '*') && std::all_of(text.begin(), text.end(), [&](char c) {
    return letter(c) || (c >= '0' && c <= '9') || c == '_' || c == '-' || c == '.' || c == '*';
  });
}

// One member of the dictionary; false: malformed, or a known directive whose value is of the wrong type.
bool set_member(std::string_view member, Directives& directives) {
  member = member.substr(0, std::min(member.find(';'), member.size()));  // parameters are ignored (RFC 9213 2.1)
  const std::size_t equals = member.find('=');
  const std::string_view name = member.substr(0, equals), value = equals == std::string_view::npos ? "" : member.substr(equals + 1);
  if (!is_key(name) || (equals != std::string_view::npos && value.empty())) return false;
  const bool numeric = std::any_of(kNumbers.begin(), kNumbers.end(), [&](const auto& known) { return same(known.first, name); });
  if (numeric && !delta_seconds(value).has_value()) return false;
  set_directive(name, value == "?1" ? "" : value, directives);
  return true;
}

}  // namespace

Directives parse_cache_control(std::string_view combined) {
  Directives directives;
  ListReader list(combined);
  for (std::string_view element; list.next(element);) {
    const std::size_t equals = element.find('=');
    if (equals == std::string_view::npos) {
      set_directive(element, "", directives);
      continue;
    }
    // Whitespace around "=" is not allowed (RFC 9111 5.2): known by its name, but its value is invalid.
    const std::string_view name = element.substr(0, equals), value = element.substr(equals + 1);
    const bool spaced = name != trimmed(name) || value != trimmed(value);
    set_directive(trimmed(name), spaced || value.empty() ? "?" : value, directives);
  }
  return directives;
}

std::optional<Directives> parse_targeted(std::string_view combined) {
  if (trimmed(combined).empty()) return std::nullopt;
  Directives directives;
  ListReader list(combined);
  for (std::string_view element; list.next(element);) {
    if (!set_member(element, directives)) return std::nullopt;
  }
  return directives;
}

ResponseDirectives directives_of(const Fields& response, const std::vector<std::string>& targets) {
  for (const std::string& target : targets) {
    if (!response.has(target)) continue;
    if (std::optional<Directives> found = parse_targeted(response.combined(target))) return {std::move(*found), true, target};
  }
  return {parse_cache_control(response.combined("Cache-Control")), false, "Cache-Control"};
}

}  // namespace segue::edge
