// SPDX-License-Identifier: Apache-2.0
#include "catalog-api/api/playlist_sight.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <span>
#include <unordered_set>

#include "catalog-api/api/answers.h"
#include "service/outcome.h"

namespace segue::api {
namespace {

using playlists::Playlist;
using playlists::Shelved;
using Ids = std::unordered_set<std::string>;

// Counted together, by one question for what rules choose and one for what is seen.
constexpr std::size_t kSmartAtOnce = 16, kItemsAtOnce = 20'000;

bool is_smart(const Playlist& playlist) { return !playlist.list.rules.empty(); }

SmartList smart_of(const Playlist& playlist) { return {playlist.id, playlist.hash, playlist.owner, playlist.list.rules}; }

void put(Playlist& playlist, LibraryTracks::Ids tracks) {
  playlist.list.items.clear();
  for (std::string& track : tracks) playlist.list.items.push_back({track, track, playlist.owner, playlist.changed});
}

void add_tracks(const Playlist& playlist, LibraryTracks::Ids& ids) {
  for (const auto& item : playlist.list.items) ids.push_back(item.track);
}

Result<Ids> seen_of(LibraryTracks& library, const library::View& view, const LibraryTracks::Ids& ids) {
  auto seen = library.seen(view, ids);
  if (!seen) return std::move(seen).error();
  return Ids(seen->begin(), seen->end());
}

std::size_t count_in(const Playlist& playlist, const Ids& seen) {
  const auto& items = playlist.list.items;
  return static_cast<std::size_t>(
      std::count_if(items.begin(), items.end(), [&](const playlists::Item& item) { return seen.contains(item.track); }));
}

// How many of `lists`, from the first on, are counted together; one at least.
std::size_t group_of(std::span<const Shelved> lists) {
  std::size_t smart = 0, items = 0, count = 0;
  while (count < lists.size() && smart < kSmartAtOnce && items < kItemsAtOnce) {
    smart += is_smart(lists[count].playlist) ? 1 : 0;
    items += lists[count++].playlist.list.items.size();
  }
  return count;
}

Result<void> fill_all(LibraryTracks& library, std::span<Shelved> lists) {
  std::vector<SmartList> smart;
  for (const Shelved& one : lists)
    if (is_smart(one.playlist)) smart.push_back(smart_of(one.playlist));
  if (smart.empty()) return {};
  auto chosen = library.chosen(smart);
  if (!chosen) return std::move(chosen).error();
  auto next = chosen->begin();
  for (Shelved& one : lists)
    if (is_smart(one.playlist)) put(one.playlist, std::move(*next++));
  return {};
}

}  // namespace

Result<void> PlaylistSight::fill(Playlist& playlist) const {
  if (!is_smart(playlist)) return {};
  auto chosen = library_.chosen({smart_of(playlist)});
  if (!chosen) return std::move(chosen).error();
  put(playlist, std::move(chosen->front()));
  return {};
}

Result<bool> PlaylistSight::narrow(Playlist& playlist, const library::View& view) const {
  if (view.is_all()) return false;
  LibraryTracks::Ids ids;
  add_tracks(playlist, ids);
  auto seen = seen_of(library_, view, ids);
  if (!seen) return std::move(seen).error();
  return std::erase_if(playlist.list.items, [&](const playlists::Item& item) { return !seen->contains(item.track); }) > 0;
}

Result<void> PlaylistSight::narrow(std::vector<playlists::Logged>& lines, const library::View& view) const {
  if (view.is_all() || lines.empty()) return {};
  std::vector<nlohmann::ordered_json> operations;
  LibraryTracks::Ids ids;
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

Result<std::vector<std::size_t>> PlaylistSight::counts(std::vector<Shelved>& lists, const library::View& view) const {
  std::vector<std::size_t> counts;
  std::span<Shelved> left(lists);
  while (!left.empty()) {
    const std::span<Shelved> group = left.first(group_of(left));
    left = left.subspan(group.size());
    if (auto filled = fill_all(library_, group); !filled) return std::move(filled).error();
    LibraryTracks::Ids ids;
    if (!view.is_all())
      for (const Shelved& one : group) add_tracks(one.playlist, ids);
    auto seen = view.is_all() ? Result<Ids>(Ids()) : seen_of(library_, view, ids);
    if (!seen) return std::move(seen).error();
    for (Shelved& one : group) {
      counts.push_back(view.is_all() ? one.playlist.list.items.size() : count_in(one.playlist, *seen));
      if (is_smart(one.playlist)) std::exchange(one.playlist.list.items, {});  // all together may be many
    }
  }
  return counts;
}

Result<std::size_t> PlaylistSight::count(const Playlist& playlist, const library::View& view) const {
  if (is_smart(playlist)) {
    auto filled = playlist;
    if (auto done = fill(filled); !done) return std::move(done).error();
    return count_filled(filled, view);
  }
  return count_filled(playlist, view);
}

Result<std::size_t> PlaylistSight::count_filled(const Playlist& playlist, const library::View& view) const {
  if (view.is_all()) return playlist.list.items.size();
  LibraryTracks::Ids ids;
  add_tracks(playlist, ids);
  auto seen = seen_of(library_, view, ids);
  if (!seen) return std::move(seen).error();
  return count_in(playlist, *seen);
}

Result<void> PlaylistSight::check(const library::View& view) const {
  if (view.is_all()) return {};
  auto seen = library_.seen(view, {});
  if (!seen) return std::move(seen).error();
  return {};
}

std::optional<service::http::Response> instead_of_writing(const service::http::Request& request, const PlaylistSight& sight,
                                                          const library::View& view) {
  const auto can_tell = sight.check(view);
  return can_tell ? std::nullopt : std::optional(unavailable(request, can_tell.error()));
}

std::optional<service::http::Response> instead_of_changing(const service::http::Request& request, const PlaylistSight& sight,
                                                           playlists::Playlists& playlists, const Asker& asker) {
  if (!asker.view.is_all()) return instead_of_writing(request, sight, asker.view);
  const std::string id(request.parameter("id"));
  if (id.empty()) return std::nullopt;
  // What is wrong with the list, or the one who asks, is told where it is changed. One that is deleted is not read: it may be a smart one.
  const auto found = playlists.get(asker.name(), id);
  const auto* playlist = found ? std::get_if<Playlist>(&*found) : nullptr;
  const bool may_be_smart = playlist != nullptr ? is_smart(*playlist) : request.path.ends_with("/undelete");
  return may_be_smart ? instead_of_writing(request, sight, library::View{}) : std::nullopt;
}

service::http::Response without_library(const service::http::Request& request, const Error& error) {
  if (request.method == service::http::Method::get) return unavailable(request, error);
  return unavailable(request, Error{error.message + "; " + std::string(service::kDoneUntold)});
}

}  // namespace segue::api
