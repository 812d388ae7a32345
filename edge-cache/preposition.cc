// SPDX-License-Identifier: Apache-2.0
#include "edge-cache/preposition.h"

#include <algorithm>
#include <unordered_set>

#include "edge-cache/cmcd/next_object.h"
#include "edge-cache/message/text.h"

namespace segue::edge {
namespace {

constexpr std::size_t kMostNamed = 100000;

// Calls back with each line, without its end.
template <class Each>
void each_line(std::string_view text, Each each) {
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    std::string_view line = text.substr(0, end);
    if (line.ends_with('\r')) line.remove_suffix(1);
    each(trimmed(line));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
}

std::string_view path_of(std::string_view target) { return target.substr(0, target.find('?')); }

// The value of URI="…" in a tag; empty: it has none.
std::string_view uri_of(std::string_view tag) {
  constexpr std::string_view kStart = "URI=\"";
  const std::size_t start = tag.find(kStart);
  if (start == std::string_view::npos) return {};
  tag.remove_prefix(start + kStart.size());
  return tag.substr(0, tag.find('"'));
}

}  // namespace

std::optional<Wanted> wanted_of(std::string_view written) {
  const bool printable = std::ranges::all_of(written, [](unsigned char c) { return c > 0x20 && c < 0x7F; });
  Wanted wanted;
  for (const std::string_view scheme : {"http://", "https://"}) {
    if (!written.starts_with(scheme)) continue;
    written.remove_prefix(scheme.size());
    const std::size_t path = std::min(written.find('/'), written.size());
    if (path == 0) return std::nullopt;
    wanted.host = written.substr(0, path);
    written.remove_prefix(path);
    if (written.empty()) written = "/";
    break;
  }
  wanted.target = written.substr(0, written.find('#'));
  return printable && wanted.target.starts_with('/') ? std::optional(wanted) : std::nullopt;
}

std::vector<std::string> lines_of(std::string_view list) {
  std::vector<std::string> lines;
  each_line(list, [&](std::string_view line) {
    if (!line.empty() && line.front() != '#') lines.emplace_back(line);
  });
  return lines;
}

bool is_playlist(std::string_view target) { return path_of(target).ends_with(".m3u8"); }

std::vector<std::string> named_by(std::string_view playlist, std::string_view target) {
  std::vector<std::string> named;
  std::unordered_set<std::string> seen;
  if (!playlist.starts_with("#EXTM3U")) return named;
  each_line(playlist, [&](std::string_view line) {
    const std::string_view reference = line.starts_with('#') ? uri_of(line) : line;
    const auto found = reference.empty() ? std::nullopt : resolve(path_of(target), reference);
    if (found && named.size() < kMostNamed && seen.insert(*found).second) named.push_back(*found);
  });
  return named;
}

}  // namespace segue::edge
