// SPDX-License-Identifier: Apache-2.0
#include "edge-cache/purge/order.h"

#include <algorithm>
#include <charconv>

namespace segue::purge {
namespace {

constexpr std::string_view kNames[] = {"url", "tag", "prefix", "all", "fetch"};

// "http://host…", "https://host…" or "host…".
bool has_host(std::string_view url) {
  if (const std::size_t scheme = url.find("://"); scheme != std::string_view::npos) {
    if (url.substr(0, scheme) != "http" && url.substr(0, scheme) != "https") return false;
    url.remove_prefix(scheme + 3);
  }
  return !url.empty() && url[0] != '/';
}

// A word alone is a mistake (a tag without --tag) rather than a host.
bool is_word(std::string_view url) { return url.find('/') == std::string_view::npos; }

bool names_url(Kind kind) { return kind == Kind::url || kind == Kind::prefix || kind == Kind::fetch; }

bool number(std::string_view text, std::uint64_t& out) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out);
  return error == std::errc() && end == text.data() + text.size();
}

}  // namespace

std::string_view name_of(Kind kind) noexcept { return kNames[static_cast<int>(kind)]; }

std::optional<Kind> kind_of(std::string_view name) noexcept {
  const auto found = std::ranges::find(kNames, name);
  if (found == std::end(kNames)) return std::nullopt;
  return static_cast<Kind>(found - std::begin(kNames));
}

namespace {

Error no_host(const Order& order) {
  return {std::string(name_of(order.kind)) + ": expected http://HOST/PATH or HOST/PATH, found " + order.what.substr(0, 64)};
}

// What a reader needs.
Result<void> check_form(const Order& order) {
  const std::string_view what = order.what;
  if (order.kind == Kind::all) return what.empty() ? Result<void>() : Error{"a purge of everything names nothing else"};
  const std::string name(name_of(order.kind));
  if (what.empty() || what.size() > kMostWhat) return Error{name + ": expected 1 to 4096 characters, found " + std::to_string(what.size())};
  if (!std::ranges::all_of(what, [](unsigned char c) { return c > 0x20 && c != 0x7F; }))
    return Error{name + ": blanks and control characters are not allowed"};
  if (order.kind == Kind::tag && what.find(',') != std::string_view::npos) return Error{"tag: a comma separates tags"};
  if (names_url(order.kind) && !has_host(what)) return no_host(order);
  return {};
}

}  // namespace

Result<void> check(const Order& order) {
  if (auto good = check_form(order); !good) return good;
  if (names_url(order.kind) && is_word(order.what)) return no_host(order);
  return {};
}

bool can_read(const Order& order) { return check_form(order).has_value(); }

std::string text_of(Position position) { return std::to_string(position.epoch) + '-' + std::to_string(position.number); }

std::optional<Position> position_of(std::string_view text) noexcept {
  const std::size_t dash = text.find('-');
  Position position;
  if (dash == std::string_view::npos || !number(text.substr(0, dash), position.epoch) || !number(text.substr(dash + 1), position.number))
    return std::nullopt;
  return position;
}

}  // namespace segue::purge
