// SPDX-License-Identifier: Apache-2.0
#include "catalog-api/api/playlist_sight.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <unordered_set>

#include "catalog-api/library/read.h"

namespace segue::api {
namespace {

using Ids = std::unordered_set<std::string>;

Result<Ids> seen_of(service::DatabasePool& library, const library::View& view, const std::vector<std::string>& ids) {
  auto reader = library::Readers(library, view).borrow();
  if (!reader) return std::move(reader).error();
  return library::seen(**reader, ids);
}

std::vector<std::string> tracks_of(const playlists::Playlist& playlist) {
  std::vector<std::string> ids;
  for (const auto& item : playlist.list.items) ids.push_back(item.track);
  return ids;
}

}  // namespace

Result<bool> PlaylistSight::narrow(playlists::Playlist& playlist, const library::View& view) const {
  if (view.is_all()) return false;
  auto seen = seen_of(library_, view, tracks_of(playlist));
  if (!seen) return std::move(seen).error();
  return std::erase_if(playlist.list.items, [&](const playlists::Item& item) { return !seen->contains(item.track); }) > 0;
}

Result<void> PlaylistSight::narrow(std::vector<playlists::Logged>& lines, const library::View& view) const {
  if (view.is_all()) return {};
  std::vector<nlohmann::ordered_json> operations;
  std::vector<std::string> ids;
  for (const auto& line : lines) {
    const auto& operation = operations.emplace_back(nlohmann::ordered_json::parse(line.operation, nullptr, false));
    if (operation.contains("items"))
      for (const auto& item : operation["items"]) ids.push_back(item.value("track", ""));
  }
  auto seen = seen_of(library_, view, ids);
  if (!seen) return std::move(seen).error();
  for (std::size_t i = 0; i < lines.size(); ++i) {
    if (!operations[i].contains("items")) continue;
    for (auto& item : operations[i]["items"])
      if (!seen->contains(item.value("track", ""))) item["track"] = "";
    lines[i].operation = operations[i].dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
  }
  return {};
}

Result<std::size_t> PlaylistSight::count(const playlists::Playlist& playlist, const library::View& view) const {
  if (view.is_all()) return playlist.list.items.size();
  auto seen = seen_of(library_, view, tracks_of(playlist));
  if (!seen) return std::move(seen).error();
  const auto& items = playlist.list.items;
  return static_cast<std::size_t>(
      std::count_if(items.begin(), items.end(), [&](const playlists::Item& item) { return seen->contains(item.track); }));
}

}  // namespace segue::api
