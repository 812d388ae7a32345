// SPDX-License-Identifier: Apache-2.0
#include "edge-cache/balance/members.h"

#include <algorithm>
#include <charconv>

#include "edge-cache/balance/table.h"

namespace segue::balance {
namespace {

constexpr std::string_view kBackup = " backup";
constexpr std::uint32_t kMostWeight = 1000;

std::optional<std::uint32_t> number_of(std::string_view text, std::uint32_t most) {
  std::uint32_t value = 0;
  const auto [end, wrong] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (wrong != std::errc() || end != text.data() + text.size() || value == 0 || value > most) return std::nullopt;
  return value;
}

bool is_host(std::string_view host) {
  const bool bracketed = host.size() > 2 && host.front() == '[' && host.back() == ']';
  if (bracketed) host = host.substr(1, host.size() - 2);
  return !host.empty() && host.size() <= 200 && std::all_of(host.begin(), host.end(), [&](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '.' || c == '-' || (bracketed && c == ':');
  });
}

}  // namespace

Result<Origin> origin_of(std::string_view address, std::string_view value) {
  Origin origin;
  const std::size_t colon = address.rfind(':');
  if (colon == std::string_view::npos || !is_host(address.substr(0, colon)) || !number_of(address.substr(colon + 1), 65535)) {
    return Error{"origin: expected HOST:PORT"};
  }
  origin.host = address.substr(0, colon);
  origin.port = address.substr(colon + 1);
  origin.backup = value.ends_with(kBackup);
  if (origin.backup) value.remove_suffix(kBackup.size());
  const auto weight = number_of(value, kMostWeight);
  if (!weight) return Error{"origin " + address_of(origin) + ": expected a weight of 1 to 1000, and backup or nothing"};
  origin.weight = *weight;
  return origin;
}

std::string address_of(const Origin& origin) { return origin.host + ':' + origin.port; }

std::string print_origins(const Origins& origins) {
  std::string text;
  for (const Origin& origin : origins) {
    text += address_of(origin) + ' ' + std::to_string(origin.weight) + (origin.backup ? std::string(kBackup) : std::string()) + '\n';
  }
  return text;
}

Result<Origins> parse_origins(std::string_view text) {
  Origins origins;
  for (std::size_t line = 1; !text.empty(); ++line) {
    const std::size_t end = std::min(text.find('\n'), text.size()), blank = std::min(text.find(' '), end);
    const auto origin = origin_of(text.substr(0, blank), text.substr(std::min(blank + 1, end), end - std::min(blank + 1, end)));
    if (!origin) return Error{"line " + std::to_string(line) + ": " + origin.error().message};
    if (origins.size() == kMostMembers) return Error{"more than " + std::to_string(kMostMembers) + " origins"};
    origins.push_back(*origin);
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  std::sort(origins.begin(), origins.end(), [](const Origin& a, const Origin& b) { return address_of(a) < address_of(b); });
  const auto same = [](const Origin& a, const Origin& b) { return address_of(a) == address_of(b); };
  const auto twice = std::adjacent_find(origins.begin(), origins.end(), same);
  if (twice != origins.end()) return Error{"origin " + address_of(*twice) + ": named twice"};
  return origins;
}

}  // namespace segue::balance
