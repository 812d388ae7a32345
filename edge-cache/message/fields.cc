// SPDX-License-Identifier: Apache-2.0
#include "edge-cache/message/fields.h"

#include <algorithm>
#include <array>

#include "edge-cache/message/text.h"

namespace segue::edge {

void Fields::remove(std::string_view name) {
  std::erase_if(all_, [&](const Field& field) { return same(field.name, name); });
}

bool Fields::has(std::string_view name) const noexcept {
  return std::any_of(all_.begin(), all_.end(), [&](const Field& field) { return same(field.name, name); });
}

std::string_view Fields::first(std::string_view name) const noexcept {
  const auto found = std::find_if(all_.begin(), all_.end(), [&](const Field& field) { return same(field.name, name); });
  return found == all_.end() ? std::string_view() : found->value;
}

std::size_t Fields::count(std::string_view name) const noexcept {
  return static_cast<std::size_t>(std::count_if(all_.begin(), all_.end(), [&](const Field& field) { return same(field.name, name); }));
}

std::string Fields::combined(std::string_view name) const {
  std::string result;
  for (const Field& field : all_) {
    if (!same(field.name, name)) continue;
    if (!result.empty()) result += ", ";
    result += field.value;
  }
  return result;
}

bool is_hop_by_hop(std::string_view name, std::string_view connection) noexcept {
  constexpr std::array<std::string_view, 9> kFixed = {
      "Connection", "Keep-Alive",        "Proxy-Connection", "Proxy-Authenticate", "Proxy-Authentication-Info",
      "TE",         "Transfer-Encoding", "Upgrade",          "Proxy-Authorization"};
  if (std::any_of(kFixed.begin(), kFixed.end(), [&](std::string_view fixed) { return same(fixed, name); })) return true;
  ListReader list(connection);
  for (std::string_view element; list.next(element);) {
    if (same(element, name)) return true;
  }
  return false;
}

}  // namespace segue::edge
