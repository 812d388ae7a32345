// SPDX-License-Identifier: Apache-2.0
#include "access/carrier.h"

#include <algorithm>

namespace segue::access {
namespace {

constexpr std::string_view kQueryNames[] = {"token=", "CAT=", "cat="};

std::string_view trimmed(std::string_view text) {
  const std::size_t start = text.find_first_not_of(" \t");
  if (start == std::string_view::npos) return {};
  return text.substr(start, text.find_last_not_of(" \t") - start + 1);
}

// Calls `each` with every part of `text` between separators.
template <class Each>
void split(std::string_view text, char separator, Each each) {
  for (std::size_t at = 0; at <= text.size();) {
    const std::size_t end = std::min(text.find(separator, at), text.size());
    each(text.substr(at, end - at));
    at = end + 1;
  }
}

void take_from_path(std::string_view path, Carried& out) {
  const std::size_t end = path.starts_with(kTokenPath) ? path.find('/', kTokenPath.size()) : std::string_view::npos;
  out.path = end == std::string_view::npos ? path : path.substr(end);
  if (end == std::string_view::npos) return;
  out.by = Carried::By::path;
  out.token = path.substr(kTokenPath.size(), end - kTokenPath.size());
}

// A token's parameter never stays in the query, whichever carrier counts: it must not reach a cache key or a log.
void take_from_query(std::string_view query, Carried& out) {
  if (query.empty()) return;
  bool first = true;
  split(query, '&', [&](std::string_view parameter) {
    const auto name = std::ranges::find_if(kQueryNames, [&](std::string_view known) { return parameter.starts_with(known); });
    if (name == std::end(kQueryNames)) {
      if (!first) out.query += '&';
      out.query += parameter;
      first = false;
    } else if (out.by == Carried::By::none) {
      out.by = Carried::By::query;
      out.token = parameter.substr(name->size());
    }
  });
}

void take_from_cookies(std::string_view cookies, Carried& out) {
  split(cookies, ';', [&](std::string_view cookie) {
    cookie = trimmed(cookie);
    const std::size_t equals = cookie.find('=');
    if (out.by != Carried::By::none || equals == std::string_view::npos) return;
    const std::string_view name = cookie.substr(0, equals);
    if (name != kTokenCookie && name != kCatName) return;
    out.by = Carried::By::cookie;
    out.token = cookie.substr(equals + 1);
  });
}

}  // namespace

Carried find_token(const CarrierFields& fields) {
  Carried out;
  take_from_path(fields.path, out);
  take_from_query(fields.query, out);
  if (out.by == Carried::By::none && !fields.cat_field.empty()) {
    out.by = Carried::By::field;
    // Renewal may add parameters behind a semicolon.
    out.token = trimmed(fields.cat_field.substr(0, fields.cat_field.find(';')));
  }
  if (out.by == Carried::By::none) take_from_cookies(fields.cookies, out);
  return out;
}

}  // namespace segue::access
