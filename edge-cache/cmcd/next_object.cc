// SPDX-License-Identifier: Apache-2.0
#include "edge-cache/cmcd/next_object.h"

#include <algorithm>

#include "access/asker.h"
#include "edge-cache/cmcd/percent.h"

namespace segue::edge {
namespace {

constexpr std::size_t kMostTarget = 2048;

// Path without its "." and ".." segments; nullopt: ".." at the root.
std::optional<std::string> without_dots(std::string_view path) {
  std::string out;
  for (std::size_t at = 1; at <= path.size();) {
    const std::size_t end = std::min(path.find('/', at), path.size());
    const std::string_view segment = path.substr(at, end - at);
    if (segment == "..") {
      if (out.empty()) return std::nullopt;
      out.resize(out.rfind('/'));
    } else if (segment != ".") {
      out += '/';
      out += segment;
    }
    at = end + 1;
  }
  return out;
}

// nrr is "first-last", "first-" or "-suffix"; anything else is no range.
bool is_range(std::string_view text) {
  const std::size_t dash = text.find('-');
  const auto digits = [](std::string_view part) {
    return part.size() <= 15 && std::ranges::all_of(part, [](char c) { return c >= '0' && c <= '9'; });
  };
  return dash != std::string_view::npos && text.size() > 1 && digits(text.substr(0, dash)) && digits(text.substr(dash + 1));
}

// Is one of the words of `value` (quoted or not) "next"?
bool says_next(std::string_view value) {
  while (!value.empty() && (value.front() == '"' || value.front() == ' ')) value.remove_prefix(1);
  while (!value.empty() && (value.back() == '"' || value.back() == ' ')) value.remove_suffix(1);
  for (std::size_t at = 0; at <= value.size();) {
    const std::size_t end = std::min(value.find(' ', at), value.size());
    if (value.substr(at, end - at) == "next") return true;
    at = end + 1;
  }
  return false;
}

}  // namespace

std::optional<std::string> resolve(std::string_view base_path, std::string_view reference) {
  const std::size_t query_at = std::min(reference.find('?'), reference.size());
  const std::string_view path = reference.substr(0, query_at), query = reference.substr(query_at);
  if (path.empty() || path.starts_with("//") || path.find(':') < path.find('/')) return std::nullopt;
  const std::string whole =
      path[0] == '/' ? std::string(path) : std::string(base_path.substr(0, base_path.rfind('/') + 1)) + std::string(path);
  const auto clean = whole.starts_with('/') ? without_dots(whole) : std::nullopt;
  if (!clean || !access::is_plain_path(*clean) || clean->size() + query.size() > kMostTarget) return std::nullopt;
  const bool printable = std::ranges::all_of(*clean + std::string(query), [](unsigned char c) { return c > 0x20 && c < 0x7F && c != '#'; });
  return printable ? std::optional(*clean + std::string(query)) : std::nullopt;
}

std::optional<NextObject> next_of_cmcd(const Cmcd& cmcd, std::string_view request_path) {
  // CTA-5004: nor is percent-encoded inside its string, beyond the encoding of the query.
  const auto target = resolve(request_path, percent_decoded(cmcd.text("nor")));
  if (!target) return std::nullopt;
  const std::string_view range = cmcd.text("nrr");
  return NextObject{*target, is_range(range) ? "bytes=" + std::string(range) : ""};
}

std::optional<NextObject> next_of_link(std::string_view field, std::string_view request_path) {
  for (std::size_t at = 0; (at = field.find('<', at)) != std::string_view::npos;) {
    const std::size_t end = field.find('>', at);
    if (end == std::string_view::npos) return std::nullopt;
    const std::string_view reference = field.substr(at + 1, end - at - 1);
    const std::size_t next = std::min(field.find('<', end), field.size());
    const std::string_view parameters = field.substr(end, next - end);
    at = next;
    const std::size_t rel = parameters.find("rel=");
    if (rel == std::string_view::npos || !says_next(parameters.substr(rel + 4, parameters.find_first_of(";,", rel) - rel - 4))) continue;
    const auto target = resolve(request_path, reference);
    return target ? std::optional(NextObject{*target, ""}) : std::nullopt;
  }
  return std::nullopt;
}

}  // namespace segue::edge
